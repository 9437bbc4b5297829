"""The workflow: where a person stands, as one row that the database keeps honest."""

import uuid
from datetime import date

from django.db import models
from django.db.models import Q

from tpr.domain.stages import AGE_GROUPS, DEFINITIONS, EXCEEDING, LEVELS, OUTPUTS, Position, Stage
from tpr.models.place import BoundaryList
from tpr.models.upload import Upload

STAGES = [stage.value for stage in Stage]
AFTER_READING = [
    Stage.STATE_SELECTION, Stage.STATE_CONFIRMATION, Stage.FACILITY_SELECTION,
    Stage.AGE_GROUP_SELECTION, Stage.THRESHOLD_CHECK, Stage.COMPLETE,
]  # fmt: skip


class Workflow(models.Model):
    """One analysis of one upload by one owner. Changed only by services, with a ledger line."""

    uuid = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=200, blank=True)
    upload = models.ForeignKey(
        Upload, on_delete=models.PROTECT, null=True, related_name="workflows"
    )
    stage = models.CharField(max_length=24, default=Stage.AWAITING_UPLOAD)
    state = models.CharField(max_length=100, null=True, blank=True)
    state_confirmed = models.BooleanField(default=False)
    level = models.CharField(max_length=10, null=True, blank=True)
    age_group = models.CharField(max_length=10, null=True, blank=True)
    threshold_answer = models.CharField(max_length=10, null=True, blank=True)
    definition = models.CharField(max_length=20, default="facility_max")
    exceeding = models.CharField(max_length=10, default="exclude")
    period_start = models.DateField(null=True, blank=True, help_text="First month used; null: all.")
    period_end = models.DateField(null=True, blank=True, help_text="Last month used; null: all.")
    bands = models.CharField(max_length=60, null=True, blank=True,
                             help_text="Limits in per cent, 5,10; null: those of the map.")  # fmt: skip
    output = models.CharField(max_length=10, null=True, blank=True,
                              help_text="Shown first: table or map; null: map.")  # fmt: skip
    ward_list = models.ForeignKey(BoundaryList, on_delete=models.PROTECT, null=True, blank=True,
                                  related_name="+")  # fmt: skip
    version = models.PositiveIntegerField(default=1, help_text="Counts what people decided.")
    resume_hash = models.CharField(max_length=64, unique=True)
    start_key = models.CharField(max_length=64, null=True, blank=True,
                                 help_text="Idempotency key of the request that started it.")  # fmt: skip
    parent = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True,
                               related_name="+")  # fmt: skip
    is_sample = models.BooleanField(default=False)
    kept_private = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Roles of its state do not open it; shares and codes do.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-updated_at"]
        constraints = [
            models.CheckConstraint(name="workflow_stage_is_known", condition=Q(stage__in=STAGES)),
            models.CheckConstraint(
                name="workflow_stage_has_its_upload",
                condition=Q(stage__in=["awaiting_upload", "cancelled"]) | Q(upload__isnull=False),
            ),
            models.CheckConstraint(
                name="workflow_stage_has_its_state",
                condition=~Q(stage__in=AFTER_READING[1:]) | Q(state__isnull=False),
            ),
            models.CheckConstraint(
                name="workflow_stage_has_its_confirmation",
                condition=~Q(stage__in=AFTER_READING[2:]) | Q(state_confirmed=True),
            ),
            models.CheckConstraint(
                name="workflow_stage_has_its_level",
                condition=~Q(stage__in=AFTER_READING[3:]) | Q(level__isnull=False),
            ),
            models.CheckConstraint(
                name="workflow_stage_has_its_age_group",
                condition=~Q(stage__in=AFTER_READING[4:]) | Q(age_group__isnull=False),
            ),
            models.CheckConstraint(
                name="workflow_output_is_known",
                condition=Q(output__isnull=True) | Q(output__in=OUTPUTS),
            ),
            models.CheckConstraint(
                name="workflow_bands_are_limits",
                condition=Q(bands__isnull=True)
                | Q(bands__regex=r"^[0-9]{1,2}(\.[0-9]+)?(,[0-9]{1,2}(\.[0-9]+)?)*$"),
            ),
            models.UniqueConstraint(
                name="workflow_start_once",
                fields=["owner", "start_key"],
                condition=Q(start_key__isnull=False),
            ),
            models.CheckConstraint(
                name="workflow_choices_are_known",
                condition=(Q(level__isnull=True) | Q(level__in=LEVELS))
                & (Q(age_group__isnull=True) | Q(age_group__in=AGE_GROUPS))
                & Q(definition__in=DEFINITIONS)
                & Q(exceeding__in=EXCEEDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name or self.uuid} ({self.stage})"

    @property
    def position(self) -> Position:
        return Position(
            stage=Stage(self.stage),
            state=self.state,
            state_confirmed=self.state_confirmed,
            level=self.level,
            age_group=self.age_group,
            threshold_answer=self.threshold_answer,
            definition=self.definition,
            exceeding=self.exceeding,
            period=self._period(),
            ward_list=self.ward_list.name if self.ward_list else None,
            bands=self.bands,
            output=self.output,
        )

    def _period(self) -> str | None:
        if self.period_start is None or self.period_end is None:
            return None
        return f"{self.period_start:%Y-%m}..{self.period_end:%Y-%m}"

    @position.setter
    def position(self, position: Position) -> None:
        before = self.position
        for name in Position.__dataclass_fields__:
            if name not in ("period", "ward_list"):
                setattr(self, name, getattr(position, name))
        first, _, last = (position.period or "").partition("..")
        self.period_start = date.fromisoformat(f"{first}-01") if first else None
        self.period_end = date.fromisoformat(f"{last}-01") if last else None
        if position.ward_list != before.ward_list:
            self.ward_list = BoundaryList.objects.filter(
                name=position.ward_list, superseded_at__isnull=True
            ).first()


ACCESSES = ("read", "write")


class WorkflowGrant(models.Model):
    """Access of somebody beside the owner: by the resume code, or because it was shared.

    A share names an account (`holder` is `user:<pk>`); a name that no account had is kept as
    `name:<name>`, which is nobody's key and opens nothing.
    """

    workflow = models.ForeignKey(Workflow, on_delete=models.CASCADE, related_name="grants")
    holder = models.CharField(max_length=200, db_index=True)
    access = models.CharField(max_length=5, default="write", db_default="write")
    granted_at = models.DateTimeField(auto_now_add=True)
    how = models.CharField(max_length=20)
    given_by = models.CharField(
        max_length=80, blank=True, default="", db_default="", help_text="Empty: by the code."
    )
    given_by_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    given_name = models.CharField(
        max_length=150,
        blank=True,
        default="",
        db_default="",
        help_text="The account's name as the giver typed it.",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="workflowgrant_once", fields=["workflow", "holder", "how"]
            ),
            models.CheckConstraint(
                name="workflowgrant_access_is_known", condition=Q(access__in=ACCESSES)
            ),
            models.CheckConstraint(
                name="workflowgrant_share_names_both",
                condition=~Q(how="share") | (~Q(given_by="") & ~Q(given_name="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.holder} by {self.how}"
