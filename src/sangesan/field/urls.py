"""The phone's addresses, below /field/."""

from django.urls import path

from sangesan.field import api, shell

urlpatterns = [
    path("", shell.page, name="field"),
    path("sw.js", shell.service_worker, name="field-worker"),
    path("manifest.webmanifest", shell.manifest, name="field-manifest"),
    path("api/enrol", api.enrol_phone, name="field-enrol"),
    path("api/bundle", api.get_bundle, name="field-bundle"),
    path("api/blobs/<slug:sha256>", api.blob, name="field-blob"),
    path("api/submissions/<uuid:key>", api.submission, name="field-submission"),
    path("api/conflicts", api.conflicts, name="field-conflicts"),
    path("api/conflicts/<int:conflict_id>", api.conflict, name="field-conflict"),
]
