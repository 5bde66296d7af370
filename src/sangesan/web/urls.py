"""Every page's address."""

from django.urls import path

from sangesan.web.views import errors, sign_in

urlpatterns = [
    path("login/", sign_in.sign_in, name="login"),
    path("logout/", sign_in.sign_out, name="logout"),
    path("post/", sign_in.choose_post, name="choose-post"),
    path("language/", sign_in.set_language, name="set_language"),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
