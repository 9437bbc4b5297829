from django.contrib.admin.apps import AdminConfig


class ChatmrptAdminConfig(AdminConfig):
    """The admin inspects; it does not change what people did."""

    default_site = "chatmrpt.common.admin.InspectionSite"
