"""Takes in signed pushes with Django and its ORM on one gunicorn worker with threads: one row per commit, durable before the answer."""
import hashlib
import hmac
import json
import os

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="not used",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": os.environ["DATABASE"],
            "CONN_MAX_AGE": None,
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;", "transaction_mode": "IMMEDIATE", "timeout": 30},
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.urls import path
from django.utils.dateparse import parse_datetime
from gunicorn.app.base import BaseApplication


class Repository(models.Model):
    uuid = models.CharField(max_length=64, unique=True)

    class Meta:
        app_label = "intake"


class Author(models.Model):
    raw = models.CharField(max_length=200, unique=True)

    class Meta:
        app_label = "intake"


class Commit(models.Model):
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE)
    hash = models.CharField(max_length=40)
    message = models.TextField()
    author = models.ForeignKey(Author, on_delete=models.CASCADE)
    date = models.DateTimeField()

    class Meta:
        app_label = "intake"
        unique_together = (("repository", "hash"),)


SECRET = os.environ["WEBHOOK_SECRET"].encode()


def hook(request):
    signature = "sha256=" + hmac.new(SECRET, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(signature, request.headers.get("X-Hub-Signature", "")):
        return HttpResponse(status=401)
    event = json.loads(request.body)
    with transaction.atomic():
        repository, _ = Repository.objects.get_or_create(uuid=event["repository"]["uuid"])
        for change in event["push"]["changes"]:
            for commit in change.get("commits", []):
                author, _ = Author.objects.get_or_create(raw=commit["author"]["raw"])
                Commit.objects.get_or_create(
                    repository=repository,
                    hash=commit["hash"],
                    defaults={"message": commit["message"], "author": author, "date": parse_datetime(commit["date"])},
                )
    return HttpResponse(status=204)


urlpatterns = [path("hook", hook)]
with connection.schema_editor() as editor:
    for model in (Repository, Author, Commit):
        editor.create_model(model)
connection.close()


class Server(BaseApplication):
    def load_config(self):
        options = {"bind": f"127.0.0.1:{os.environ['PORT']}", "workers": 1, "worker_class": "gthread", "threads": 4, "keepalive": 30, "loglevel": "warning"}
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self):
        return get_wsgi_application()


Server().run()
