"""What a run found: a row per ward, and a row per variable that was offered."""

from django.db import models
from django.db.models import F, Q

from analysis.domain.variables import DIRECTIONS
from analysis.models.covariate import Covariate
from analysis.models.run import AnalysisRun
from tpr.models import Ward

CATEGORIES = ("High", "Medium", "Low")
USE_STATUSES = ("used", "zero_weight", "refused", "not_chosen", "not_available")


class WardScore(models.Model):
    """Rank of one ward in one run; rank 1 = highest risk. Rates are in percent, null = undefined.

    `ward_key` is the ward's code, or state, LGA and name where no list knows the ward.
    `variables` holds per variable: value, norm (0-1), contribution, and how a gap was filled.
    """

    run = models.ForeignKey(AnalysisRun, on_delete=models.CASCADE, related_name="scores")
    ward = models.ForeignKey(Ward, on_delete=models.PROTECT, null=True, related_name="+")
    ward_key = models.CharField(max_length=700)
    ward_code = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=100, blank=True)
    lga = models.CharField(max_length=200, blank=True)
    ward_name = models.CharField(max_length=300)
    score = models.FloatField()
    rank = models.PositiveIntegerField()
    rank_shared = models.PositiveIntegerField()
    category = models.CharField(max_length=8)
    rank_low = models.PositiveIntegerField(null=True)
    rank_median = models.FloatField(null=True)
    rank_high = models.PositiveIntegerField(null=True)
    rank_mean = models.FloatField(null=True)
    p_top = models.FloatField(null=True)
    p_high = models.FloatField(null=True)
    p_medium = models.FloatField(null=True)
    p_low = models.FloatField(null=True)
    stability = models.CharField(max_length=30, blank=True)
    tested = models.FloatField(null=True)
    positive = models.FloatField(null=True)
    tpr = models.FloatField(null=True, help_text="Raw, percent.")
    tpr_shrunk = models.FloatField(null=True, help_text="Percent.")
    shrunk_low = models.FloatField(null=True)
    shrunk_high = models.FloatField(null=True)
    pull = models.FloatField(null=True, help_text="Share of the figure that comes from the LGA.")
    deff = models.FloatField(null=True)
    n_eff = models.FloatField(null=True)
    population = models.FloatField(null=True, help_text="Of the ward table, when it had one.")
    urban_percentage = models.FloatField(null=True)
    flags = models.JSONField(default=list, blank=True)
    variables = models.JSONField(default=dict, blank=True)
    card = models.JSONField(
        default=dict,
        blank=True,
        help_text="Why here, and what would change it: see docs/data-dictionary.md.",
    )

    class Meta:
        ordering = ["run", "rank"]
        constraints = [
            models.UniqueConstraint(name="wardscore_ward_once", fields=["run", "ward_key"]),
            models.UniqueConstraint(
                name="wardscore_list_ward_once",
                fields=["run", "ward"],
                condition=Q(ward__isnull=False),
            ),
            models.UniqueConstraint(name="wardscore_rank_once", fields=["run", "rank"]),
            models.CheckConstraint(name="wardscore_rank_from_one", condition=Q(rank__gte=1)),
            models.CheckConstraint(
                name="wardscore_category_is_known", condition=Q(category__in=CATEGORIES)
            ),
            models.CheckConstraint(
                name="wardscore_rank_interval_is_ordered",
                condition=Q(rank_low__isnull=True)
                | Q(rank_high__isnull=False, rank_low__gte=1, rank_low__lte=F("rank_high")),
            ),
            models.CheckConstraint(
                name="wardscore_probabilities_within_one",
                condition=(Q(p_top__isnull=True) | Q(p_top__gte=0, p_top__lte=1))
                & (Q(p_high__isnull=True) | Q(p_high__gte=0, p_high__lte=1)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.ward_name}"


class VariableUse(models.Model):
    """What an offered variable was in a run, or why it was left out."""

    run = models.ForeignKey(AnalysisRun, on_delete=models.CASCADE, related_name="variables")
    covariate = models.ForeignKey(Covariate, on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=60, blank=True)
    label = models.CharField(max_length=120)
    unit = models.CharField(max_length=60, blank=True)
    direction = models.CharField(max_length=12)
    status = models.CharField(max_length=16)
    reason_code = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    is_indicator = models.BooleanField(default=False)
    weight = models.FloatField(null=True)
    n_observed = models.PositiveIntegerField(default=0)
    n_missing = models.PositiveIntegerField(default=0)
    n_rejected = models.PositiveIntegerField(default=0)
    n_imputed = models.PositiveIntegerField(default=0)
    lower = models.FloatField(null=True, help_text="Value that became 0 (1 when inverse).")
    upper = models.FloatField(null=True)
    source = models.CharField(max_length=200, blank=True)
    year = models.CharField(max_length=30, blank=True)
    how_made = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["run", "position"]
        constraints = [
            models.UniqueConstraint(name="variableuse_name_once", fields=["run", "name"]),
            models.CheckConstraint(
                name="variableuse_status_is_known", condition=Q(status__in=USE_STATUSES)
            ),
            models.CheckConstraint(
                name="variableuse_direction_is_known", condition=Q(direction__in=DIRECTIONS)
            ),
            models.CheckConstraint(
                name="variableuse_left_out_has_a_reason",
                condition=Q(status="used") | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="variableuse_used_has_a_direction",
                condition=~Q(status="used") | ~Q(direction="undecided"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.status}"


class RankDraws(models.Model):
    """Ranks of every draw of a run: what later steps need to say how sure they are.

    `content`: zlib of little-endian unsigned 16-bit numbers, draw after draw, each with the wards in
    the order of the run's final rank. Long runs of many wards keep their first draws only.
    """

    run = models.OneToOneField(
        AnalysisRun, on_delete=models.CASCADE, related_name="rank_draws", primary_key=True
    )
    draws = models.PositiveIntegerField()
    wards = models.PositiveIntegerField()
    content = models.BinaryField(editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="rankdraws_are_some", condition=Q(draws__gte=1, wards__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draws} draws of {self.wards} wards"
