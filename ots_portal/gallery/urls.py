from django.urls import path

from ots_portal.gallery import views

urlpatterns = [
    path("", views.gallery, name="gallery"),
    path("document.pdf", views.document, name="gallery_document"),
    path("table.pdf", views.table, {"ending": "pdf"}, name="gallery_table_pdf"),
    path("table.xlsx", views.table, {"ending": "xlsx"}, name="gallery_table_xlsx"),
    path("table.csv", views.table, {"ending": "csv"}, name="gallery_table_csv"),
]
