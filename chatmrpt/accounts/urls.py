from django.urls import path

from chatmrpt.accounts.views import account, share, signing

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign-in"),
    path("sign-up/", signing.sign_up, name="sign-up"),
    path("sign-out/", signing.sign_out, name="sign-out"),
    path("account/", account.account, name="account"),
    path("workflows/<uuid:uuid>/share/", share.page, name="share"),
]
