from django.conf import settings


def portal(request):
    """What every page needs to know about the portal itself."""
    return {"is_demo": settings.DEMO}
