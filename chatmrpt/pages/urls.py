from django.urls import path

from chatmrpt.pages import views

app_name = "pages"
urlpatterns = [
    path("", views.home, name="home"),
    path("resume/", views.resume, name="resume"),
    path("help/", views.help_page, name="help"),
    path("glossary/", views.glossary, name="glossary"),
    path("methods/", views.methods, name="methods"),
]
