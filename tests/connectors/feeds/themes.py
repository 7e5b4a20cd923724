"""Pages as common WordPress themes write them, with an article whose every paragraph is known and furniture whose every line is.

Twenty themes in five languages: a hundred pages. Each has a menu, a title with its date and author, share buttons, the article,
tags, an author's box, links to the neighbours, related posts with teasers, a newsletter box, the comment form, older comments, a
sidebar, a cookie notice and a footer, under the class names of its theme. Some themes put all of it inside `<article>`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True, slots=True)
class Theme:
    """Class names of a theme, and what it puts inside the article's element."""

    name: str
    article: str  # attributes of the element around all
    content: str  # attributes of the element around the text
    respond: str = 'id="respond" class="comment-respond"'
    comments: str = 'id="comments" class="comments-area"'
    related: str = 'class="related-posts"'
    newsletter: str = 'class="newsletter-box"'
    author: str = 'class="author-box"'
    neighbours: str = 'class="navigation post-navigation"'
    share: str = 'class="share-buttons"'
    sidebar: str = 'id="secondary" class="widget-area"'
    inside: bool = False  # furniture within the article's element
    formless: bool = False  # the comment form has no <form>, as saved copies and feeds have it


THEMES = (
    Theme(
        "Newspaper",
        'class="td-post-template"',
        'class="td-post-content tagdiv-type"',
        comments='class="comments" id="comments"',
        related='class="td_block_wrap td_block_related_posts"',
        author='class="author-box-wrap"',
        neighbours='class="td-block-row td-post-next-prev"',
        share='class="td-post-sharing-top"',
        sidebar='class="td-ss-main-sidebar"',
        inside=True,
    ),
    Theme(
        "Newspaper, saved",
        'class="td-post-template"',
        'class="td-post-content"',
        related='class="td_block_wrap td_flex_block_1"',
        sidebar='class="td-ss-main-sidebar"',
        inside=True,
        formless=True,
    ),
    Theme(
        "Newsmag",
        'class="post"',
        'class="td-post-content"',
        related='class="td_block_wrap td_block_related_posts"',
        author='class="author-box-wrap"',
        neighbours='class="td-post-next-prev"',
        share='class="td-post-sharing"',
        inside=True,
    ),
    Theme("Twenty Fifteen", 'class="post hentry"', 'class="entry-content"', author='class="author-info"'),
    Theme("Twenty Seventeen", 'class="post"', 'class="entry-content"'),
    Theme(
        "Twenty Twenty",
        'class="post"',
        'class="entry-content"',
        comments='class="comments-wrapper section-inner"',
        inside=True,
        neighbours='class="pagination-single section-inner"',
    ),
    Theme(
        "Twenty Twenty-Four",
        'class="wp-block-group"',
        'class="entry-content wp-block-post-content"',
        respond='id="respond" class="comment-respond wp-block-post-comments-form"',
        comments='class="wp-block-comments"',
        related='class="wp-block-query"',
        neighbours='class="wp-block-post-navigation-link"',
    ),
    Theme(
        "Astra",
        'class="post ast-article-single"',
        'class="entry-content clear"',
        related='class="ast-single-related-posts-container"',
        author='class="ast-author-box"',
        inside=True,
    ),
    Theme("GeneratePress", 'class="post"', 'class="entry-content"', share='class="sharedaddy sd-sharing-enabled"', inside=True),
    Theme(
        "OceanWP",
        'class="post"',
        'class="entry-content clr"',
        related='id="related-posts" class="clr"',
        author='id="author-bio" class="clr"',
        neighbours='class="navigation post-navigation"',
        inside=True,
    ),
    Theme(
        "Kadence",
        'class="entry content-bg single-entry"',
        'class="entry-content single-content"',
        related='class="entry-related alignfull entry-related-style-wide"',
        author='class="entry-author entry-author-style-normal"',
    ),
    Theme(
        "Neve",
        'class="nv-single-post-wrap"',
        'class="nv-content-wrap entry-content"',
        inside=True,
        neighbours='class="ct-posts-nav"',
    ),
    Theme(
        "Divi",
        'class="et_pb_post"',
        'class="entry-content"',
        comments='id="comment-wrap"',
        newsletter='class="et_bloom_form_container"',
    ),
    Theme(
        "Avada",
        'class="post fusion-post"',
        'class="post-content"',
        related='class="related-posts single-related-posts"',
        author='class="about-author"',
        share='class="fusion-sharing-box"',
        inside=True,
    ),
    Theme(
        "Jannah",
        'class="entry-content-wrap"',
        'class="entry-content entry clearfix"',
        related='id="related-posts"',
        author='class="about-author container-wrapper"',
        neighbours='class="prev-next-post-nav container-wrapper"',
        newsletter='class="mailchimp-widget"',
        share='class="share-buttons share-buttons-bottom"',
        inside=True,
    ),
    Theme(
        "Soledad",
        'class="post type-post"',
        'class="inner-post-entry entry-content"',
        related='class="post-related"',
        author='class="post-author"',
        neighbours='class="post-pagination"',
        share='class="tags-share-box"',
        inside=True,
    ),
    Theme(
        "JNews",
        'class="jeg_inner_content"',
        'class="content-inner"',
        related='class="jnews_related_post_container"',
        author='class="jeg_authorbox"',
        neighbours='class="jnews_prev_next_container"',
        share='class="jeg_share_button"',
        comments='class="jnews_comment_container"',
        inside=True,
    ),
    Theme(
        "ColorMag",
        'class="post"',
        'class="cm-entry-summary entry-content"',
        related='class="related-posts-wrapper"',
        neighbours='class="default-wp-page"',
        author='class="author-box"',
    ),
    Theme(
        "Genesis",
        'class="post entry"',
        'class="entry-content"',
        comments='class="entry-comments" id="comments"',
        sidebar='class="sidebar sidebar-primary"',
        newsletter='class="enews-widget"',
    ),
    Theme(
        "Elementor",
        'class="elementor-location-single"',
        'class="elementor-widget-theme-post-content"',
        related='class="elementor-widget-posts"',
        author='class="elementor-author-box"',
        newsletter='class="elementor-form"',
        share='class="elementor-share-buttons"',
        neighbours='class="elementor-post-navigation"',
    ),
)


@dataclass(frozen=True, slots=True)
class Words:
    """What a theme says in one language."""

    code: str
    paragraphs: tuple[str, ...]
    comment: str
    name: str
    mail: str
    reply: str
    unpublished: str
    save: str
    latest: str
    related: str
    newsletter: str
    previous: str
    share: str


LANGUAGES = (
    Words(
        "en",
        (
            "The United States and its allies will answer an invasion with sanctions that have no precedent, the president said.",
            "“I always look forward to negotiations and progress,” he told the press pool after the call with Moscow.",
            "The ministry in Moscow called the threat a grave mistake and said that ties could be broken off altogether.",
            "Officials of both sides are to meet in Geneva on January 10, three days before talks in Vienna.",
        ),
        "Please enter your comment!",
        "Please enter your name here",
        "You have entered an incorrect email address!",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Save my name, email, and website in this browser for the next time I comment.",
        "LATEST POSTS in this category",
        "Related Articles",
        "Subscribe to our newsletter",
        "Previous article",
        "Share on Facebook",
    ),
    Words(
        "ru",
        (
            "США и их союзники ответят на вторжение беспрецедентными санкциями, заявил президент в пятницу вечером.",
            "«Я всегда рассчитываю на переговоры и прогресс», — сказал он журналистам после разговора с Москвой.",
            "В министерстве назвали угрозу серьёзной ошибкой и сказали, что отношения могут быть разорваны полностью.",
            "Представители сторон встретятся в Женеве 10 января, за три дня до переговоров в Вене.",
        ),
        "Пожалуйста, введите ваш комментарий!",
        "Пожалуйста, введите ваше имя здесь",
        "Вы ввели неверный адрес электронной почты!",
        "Добавить комментарий",
        "Ваш адрес email не будет опубликован. Обязательные поля помечены *",
        "Сохранить моё имя, email и адрес сайта в этом браузере для последующих моих комментариев.",
        "ПОСЛЕДНИЕ НОВОСТИ в этой рубрике",
        "Похожие записи",
        "Подпишитесь на нашу рассылку",
        "Предыдущая статья",
        "Поделиться в Facebook",
    ),
    Words(
        "de",
        (
            "Die Vereinigten Staaten und ihre Verbündeten wollen einen Einmarsch mit beispiellosen Sanktionen beantworten.",
            "„Ich setze immer auf Verhandlungen und Fortschritt“, sagte der Präsident nach dem Gespräch mit Moskau.",
            "Das Ministerium in Moskau nannte die Drohung einen schweren Fehler, der die Beziehungen beenden könnte.",
            "Vertreter beider Seiten wollen sich am 10. Januar in Genf treffen, drei Tage vor Gesprächen in Wien.",
        ),
        "Bitte geben Sie Ihren Kommentar ein!",
        "Bitte geben Sie hier Ihren Namen ein",
        "Sie haben eine falsche E-Mail-Adresse eingegeben!",
        "Kommentar hinterlassen",
        "Deine E-Mail-Adresse wird nicht veröffentlicht. Erforderliche Felder sind mit * markiert",
        "Meinen Namen, meine E-Mail-Adresse und meine Website in diesem Browser für die nächste Kommentierung speichern.",
        "NEUESTE BEITRÄGE in dieser Kategorie",
        "Ähnliche Beiträge",
        "Abonnieren Sie unseren Newsletter",
        "Vorheriger Artikel",
        "Auf Facebook teilen",
    ),
    Words(
        "fr",
        (
            "Les États-Unis et leurs alliés répondront à une invasion par des sanctions sans précédent, a dit le président.",
            "« Je compte toujours sur les négociations et le progrès », a-t-il déclaré après l'appel avec Moscou.",
            "Le ministère à Moscou a qualifié la menace de grave erreur qui pourrait rompre entièrement les relations.",
            "Des responsables des deux camps se verront à Genève le 10 janvier, trois jours avant des pourparlers à Vienne.",
        ),
        "S'il vous plaît entrez votre commentaire!",
        "S'il vous plaît entrez votre nom ici",
        "Vous avez entré une adresse email incorrecte!",
        "Laisser un commentaire",
        "Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *",
        "Enregistrer mon nom, mon e-mail et mon site dans le navigateur pour mon prochain commentaire.",
        "DERNIERS ARTICLES dans cette catégorie",
        "Articles similaires",
        "Abonnez-vous à notre newsletter",
        "Article précédent",
        "Partager sur Facebook",
    ),
    Words(
        "es",
        (
            "Estados Unidos y sus aliados responderán a una invasión con sanciones sin precedentes, dijo el presidente.",
            "“Siempre espero negociaciones y avances”, declaró a la prensa después de la llamada con Moscú.",
            "El ministerio en Moscú llamó a la amenaza un grave error que podría romper del todo las relaciones.",
            "Funcionarios de ambas partes se reunirán en Ginebra el 10 de enero, tres días antes de las charlas en Viena.",
        ),
        "Por favor ingrese su comentario!",
        "Por favor ingrese su nombre aquí",
        "¡Has introducido una dirección de correo electrónico incorrecta!",
        "Deja una respuesta",
        "Tu dirección de correo electrónico no será publicada. Los campos obligatorios están marcados con *",
        "Guarda mi nombre, correo electrónico y web en este navegador para la próxima vez que comente.",
        "ÚLTIMAS NOTICIAS en esta categoría",
        "Artículos relacionados",
        "Suscríbete a nuestro boletín",
        "Artículo anterior",
        "Compartir en Facebook",
    ),
)
TEASER = "A bridge was opened in the north of the country after years of delay and of quarrels about who would pay for it."
INBOX = "Get the best stories of the day in your inbox every single morning, free of charge and without obligation."
COMMENT = "I was at the bridge myself and can tell you that nobody from the ministry had come to see it opened."
BIOGRAPHY = "The author has written about the region for twenty years and lives in the capital with a dog and two cats."
COOKIES = "We use cookies to give you the best experience on our website and to count how many people read it."


@dataclass(frozen=True, slots=True)
class Built:
    """A page, the paragraphs that its text must have, and the words that it must not."""

    name: str
    html: str
    paragraphs: tuple[str, ...]
    leaks: tuple[str, ...]


def build(theme: Theme, words: Words) -> Built:
    """Build one page."""
    text = "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in words.paragraphs)
    title = escape(words.paragraphs[0][:60])
    head = (
        f'<header class="entry-header"><h1 class="entry-title">{title}</h1><div {theme.share}><a href="#f">{words.share}</a></div>'
        '<div class="entry-meta"><time class="entry-date" datetime="2021-12-31T10:00:00+03:00">31.12.2021</time> '
        '<a rel="author" href="/author/a">A. Writer</a></div></header>'
    )
    furniture = _furniture(theme, words)
    body = f"<div {theme.content}>{text}</div>{furniture if theme.inside else ''}"
    menu = "".join(f'<li class="menu-item"><a href="/{number}">Section {number}</a></li>' for number in range(9))
    html = (
        f'<!DOCTYPE html><html lang="{words.code}"><head><meta charset="utf-8"><title>{title} | Site</title></head>'
        f'<body class="single"><div id="page"><header id="masthead"><nav class="main-navigation"><ul>{menu}</ul></nav></header>'
        f'<main id="main"><article {theme.article}>{head}{body}</article>{"" if theme.inside else furniture}</main>'
        f'<aside {theme.sidebar}><h2>{words.latest}</h2><ul><li><a href="/b">{TEASER}</a></li></ul></aside></div>'
        f'<footer id="colophon"><p>© 2021 Site. All rights reserved.</p></footer><div class="cookie-notice"><p>{COOKIES}</p></div>'
        "</body></html>"
    )
    lines = (words.comment, words.name, words.mail, words.reply, words.unpublished, words.save, words.latest, words.related)
    leaks = (
        *lines,
        words.newsletter,
        words.previous,
        words.share,
        TEASER,
        INBOX,
        COMMENT,
        BIOGRAPHY,
        COOKIES,
        "Section 1",
        "rights reserved",
    )
    return Built(f"{theme.name}, {words.code}", html, words.paragraphs, leaks)


def _furniture(theme: Theme, words: Words) -> str:
    fields = (
        f'<p class="comment-notes">{words.unpublished}</p><p class="comment-form-comment"><textarea></textarea></p>'
        f'<div class="td-warning-comment">{words.comment}</div><div class="td-warning-author">{words.name}</div>'
        f'<div class="td-warning-email-error">{words.mail}</div>'
        f'<p class="comment-form-cookies-consent"><label>{words.save}</label></p>'
    )
    if theme.formless:
        fields = "".join(f"<p>{line}</p>" for line in (words.comment, words.name, words.mail, words.unpublished, words.save))
        form = f"<h3>{words.reply}</h3>{fields}<h4>{words.latest}</h4>"
    else:
        form = (
            f'<div {theme.respond}><h3 id="reply-title" class="comment-reply-title">{words.reply}</h3>'
            f'<form id="commentform" class="comment-form">{fields}</form></div>'
        )
    teaser = f'<div class="td-module"><h4><a href="/b">{TEASER[:40]}</a></h4><p class="excerpt">{TEASER}</p></div>'
    older = f'<ol class="comment-list"><li class="comment"><p>{COMMENT}</p></li></ol>'
    return (
        f"<div {theme.author}><h4>A. Writer</h4><p>{BIOGRAPHY}</p></div>"
        f'<nav {theme.neighbours}><span>{words.previous}</span><a href="/c">{TEASER}</a></nav>'
        f"<div {theme.newsletter}><h3>{words.newsletter}</h3><p>{INBOX}</p></div>"
        f"<div {theme.related}><h3>{words.related}</h3>{teaser * 3}</div>"
        f"{form if theme.formless else f'<div {theme.comments}>{older}{form}</div>'}"
    )


def built() -> Iterator[Built]:
    """Yield every page."""
    for theme in THEMES:
        for words in LANGUAGES:
            yield build(theme, words)
