"""A specimen of the gallery: what it is called, its rule, and the thing itself."""

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()

Text = str | Promise


@register.simple_block_tag
def specimen(
    content: SafeString, title: Text, *, rule: Text, component: str = "", tags: str = ""
) -> SafeString:
    """
    Render a titled specimen with the sentence that says when it is used.

    ``component`` is the file in templates/components that it shows, ``tags`` the template tags, divided
    by spaces: by these a test finds what the gallery lacks.
    """
    names = [f"components/{component}"] if component else []
    names += [f"{{% {tag} %}}" for tag in tags.split()]
    return format_html(
        '<section class="specimen" data-component="{}" data-tags="{}"><h3>{}</h3>'
        '<p class="specimen-rule">{}</p><p class="specimen-names">{}</p>'
        '<div class="specimen-body">{}</div></section>',
        component,
        tags,
        title,
        rule,
        format_html_join(" ", "<code>{}</code>", ((name,) for name in names)),
        content,
    )
