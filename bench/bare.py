"""A bare list of 50 rows, a bare detail, a bare ModelForm, a bare "nothing new": the ceiling on this machine."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseNotModified, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template import engines
from django.urls import path

from sessions.models import Question

LIST = """<!doctype html><table>{% for q in rows %}<tr><td><a href="{% url 'one' q.pk %}">{{ q.number }}</a></td>
<td>{{ q.original_text }}</td><td>{{ q.theme.name }}</td><td>{{ q.get_state_display }}</td>
<td>{{ q.received_at|date:"d/m/Y" }}</td><td>{{ q.due_on|date:"d/m/Y" }}</td></tr>{% endfor %}</table>{{ user }}"""
ONE = "<!doctype html><p>{{ q.original_text }}</p><p>{{ q.theme.name }}</p>{{ user }}"
FORM = '<!doctype html><form method="post">{% csrf_token %}{{ form }}</form>'


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = (
            "conference",
            "committee",
            "theme",
            "kind",
            "level",
            "original_text",
            "received_at",
        )


def page(request, source, **context):
    template = engines["django"].from_string(source)
    return HttpResponse(template.render(context, request))


@login_required
def listing(request):
    of_one = Question.objects.filter(conference_id=request.GET["conference"])
    rows = of_one.select_related("theme").order_by("-received_at", "-id")[:50]
    return page(request, LIST, rows=rows, user=request.user)


@login_required
def one(request, pk):
    question = get_object_or_404(Question.objects.select_related("theme"), pk=pk)
    return page(request, ONE, q=question, user=request.user)


@login_required
def post(request):
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        return HttpResponseRedirect("/list/")
    return page(request, FORM, form=form)


def unchanged(request, code):
    return HttpResponseNotModified()


urlpatterns = [
    path("join/<slug:code>/state/", unchanged, name="unchanged"),
    path("list/", listing, name="list"),
    path("one/<uuid:pk>/", one, name="one"),
    path("post/", post, name="post"),
]
