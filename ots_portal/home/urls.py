from django.urls import include, path

from ots_portal.home import views

demo = [
    path("mail/", views.mail, name="mail"),
    path("mail/<str:name>/", views.mail_message, name="mail_message"),
]
urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.set_language, name="set_language"),
    path("robots.txt", views.robots, name="robots"),
    path("demo/", include((demo, "demo"))),
]
