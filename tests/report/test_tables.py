from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from neosieve.model.candidate import Tier
from neosieve.model.variant import AlleleCounts, Call, Variant
from neosieve.report.columns import CANDIDATE_COLUMNS, EXCLUDED_COLUMNS, LEDGER_COLUMNS, VARIANT_COLUMNS
from neosieve.report.tables import format_cell, write_tables
from tests.report.conftest import B0702, bare, ranked, run_result
