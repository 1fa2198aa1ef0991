import pytest

from assets.publications.site import Manners


@pytest.fixture
def quick() -> Manners:
    """Manners for a site that is ours: no waiting, little patience."""
    return Manners(interval=0, backoff=0.001, connect_timeout=1, page_timeout=0.2, file_timeout=0.2)
