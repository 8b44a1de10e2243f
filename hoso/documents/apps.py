from django.apps import AppConfig


class Config(AppConfig):
    name = "hoso.documents"
    label = "documents"
