"""What stands around articles on their pages, as data: what is taken out before a text is looked for, and what after.

A name or a line goes in when a page was seen to leak it, and a test with it (`test_page.py`).
"""

import re

from connectors.feeds.text import clean

# Elements that go before the text is looked for. Values are class or id names, whole or as a prefix that ends in a hyphen.
PRUNED_NAMES: tuple[str, ...] = (
    # comments and their forms: WordPress core, tagDiv, Disqus, Jetpack, Hyper Comments
    "respond",
    "comments",
    "comment-respond",
    "comment-form",
    "comments-area",
    "comment-list",
    "commentlist",
    "td-warning-comment",
    "disqus_thread",
    "jp-relatedposts",
    "hypercomments_widget",
    "comments-wrapper",
    "comment-wrap",
    "wp-block-comments",
    "jnews_comment_container",
    "entry-comments",
    # other posts: tagDiv, Yoast-era themes, Astra, GeneratePress, OceanWP, Jannah, Newsmag
    "related-posts",
    "relatedposts",
    "related-articles",
    "td-related-title",
    "td_block_related_posts",
    "latest-posts",
    "recent-posts",
    "post-navigation",
    "nav-links",
    "td-post-next-prev",
    "more-from",
    "read-more-list",
    "yarpp",
    "td_module_wrap",
    "td_flex_block_1",
    "ast-single-related-posts-container",
    "entry-related",
    "jnews_related_post_container",
    "jnews_prev_next_container",
    "elementor-widget-posts",
    "elementor-post-navigation",
    "post-related",
    "prev-next-post-nav",
    "ct-posts-nav",
    "wp-block-query",
    "pagination-single",
    # newsletters, sharing, authors, cookies
    "newsletter",
    "newsletter-box",
    "newsletter-signup",
    "subscribe-box",
    "mailchimp",
    "mc4wp-form",
    "share-buttons",
    "social-share",
    "td-post-sharing",
    "et_bloom_form_container",
    "mailchimp-widget",
    "enews-widget",
    "sharedaddy",
    "jeg_share_button",
    "fusion-sharing-box",
    "elementor-share-buttons",
    "author-box",
    "author-box-wrap",
    "author-bio",
    "about-author",
    "jeg_authorbox",
    "ast-author-box",
    "elementor-author-box",
    "entry-author",
    "td-author-name",
    "breadcrumbs",
    "breadcrumb",
    "entry-crumbs",
    "cookie-notice",
    "cookie-banner",
    "widget-area",
    "sidebar",
)
PRUNED = ["//form", "//nav", "//aside", "//footer", "//dialog"] + [
    f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ') or @id='{name}']" for name in PRUNED_NAMES
]
# Lines that are never news, compared without case and end marks: what themes write under an article, by language.
FURNITURE_LINES: tuple[str, ...] = (
    # English
    r"please enter your (comment|name|email)( address)?( here)?",
    r"you have entered an incorrect email address",
    r"save my name,? email,? and website in this browser.*",
    r"your email address will not be published.*",
    r"required fields are marked.*",
    r"(leave a (reply|comment)|cancel reply|post comment|log ?in to (leave a )?comment)",
    r"(latest|related|recent|popular|more) (posts?|articles?|news|stories)( in this category)?\d*",
    r"(sign up|subscribe) (to|for) (our|the) (daily |weekly |free )?newsletters?.*",
    r"(share|follow us) on (facebook|twitter|x|telegram|whatsapp|linkedin)",
    r"(previous|next) (article|post)",
    # Russian
    r"пожалуйста,? введите ваш(е|) (комментарий|имя)( здесь)?",
    r"вы ввели неверный адрес электронной почты",
    r"сохранить мо[её] имя,? email.*",
    r"ваш (адрес email|e-?mail) не будет опубликован.*",
    r"обязательные поля помечены.*",
    r"(добавить|оставить|оставьте) (комментарий|ответ)|отменить ответ",
    r"(последние|похожие|читайте также|популярные) (новости|записи|статьи|материалы)( в этой рубрике)?\d*",
    r"подпишитесь на (нашу рассылку|наш (телеграм-канал|telegram-канал))",
    r"поделиться в (facebook|twitter|telegram|вконтакте)",
    r"(предыдущая|следующая) (статья|запись)",
    # German
    r"bitte geben sie (hier )?ihren (kommentar|namen) ein|bitte geben sie ihren kommentar ein",
    r"sie haben eine falsche e-mail-adresse eingegeben",
    r"meinen namen, meine e-mail-adresse und meine website in diesem browser.*",
    r"deine e-mail-adresse wird nicht veröffentlicht.*",
    r"erforderliche felder sind mit.*",
    r"kommentar hinterlassen|schreibe einen kommentar|antworten abbrechen",
    r"(neueste|ähnliche) (beiträge|artikel)( in dieser kategorie)?\d*",
    r"abonnieren sie unseren newsletter",
    r"auf (facebook|twitter|x) teilen",
    r"(vorheriger|nächster) (artikel|beitrag)",
    # French
    r"s['’]il vous plaît entrez votre (commentaire|nom)( ici)?",
    r"vous avez entré une adresse e?-?mail incorrecte",
    r"enregistrer mon nom, mon e-mail et mon site.*",
    r"votre adresse e-mail ne sera pas publiée.*",
    r"les champs obligatoires sont indiqués avec.*",
    r"laisser un commentaire|annuler la réponse",
    r"(derniers articles|articles (similaires|récents|connexes))( dans cette catégorie)?\d*",
    r"abonnez-vous à notre (newsletter|lettre d['’]information)",
    r"partager sur (facebook|twitter|x)",
    r"article (précédent|suivant)",
    # Spanish
    r"[¡]?por favor,? (ingrese|introduce|introduzca) (su|tu) (comentario|nombre)( aquí)?",
    r"[¡]?has introducido una dirección de correo electrónico incorrecta",
    r"guarda(r)? mi nombre, correo electrónico y (sitio )?web.*",
    r"(tu|su) dirección de correo electrónico no será publicada.*",
    r"los campos obligatorios están marcados con.*",
    r"dej(a|ar) (una respuesta|un comentario)|cancelar( la)? respuesta",
    r"(últimas noticias|artículos relacionados|entradas recientes)( en esta categoría)?\d*",
    r"suscríbete a nuestro boletín",
    r"compartir en (facebook|twitter|x)",
    r"(artículo|entrada) (anterior|siguiente)",
)
FURNITURE = re.compile("|".join(f"(?:{line})" for line in FURNITURE_LINES), re.IGNORECASE)


def without_furniture(text: str) -> str:
    """Return the paragraphs of a text (one a line) that are not furniture, parted by blank lines."""
    lines = (clean(line) for line in text.splitlines())
    return "\n\n".join(line for line in lines if line and FURNITURE.fullmatch(line.strip(" .!:*")) is None)
