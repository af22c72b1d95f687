"""Many surveys in one go: what each needs, what is done already, processes side by side, and what came of each.

One survey is one process, so that a survey that fails, or that the system ends, does not touch the others. What is
published already from the same data, codebooks, settings and versions is not made again. Nothing else is remembered
than the manifests and a journal: a batch that was ended in its midst goes on from there.
"""

from lfs_migration.batch.batch import Batch, run_batch
from lfs_migration.batch.jobs import Job, jobs_of
from lfs_migration.batch.outcomes import Event, Outcome
from lfs_migration.batch.states import State, state

__all__ = ["Batch", "Event", "Job", "Outcome", "State", "jobs_of", "run_batch", "state"]
