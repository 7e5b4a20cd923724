"""What stands around articles on their pages, as data: what is taken out before a text is looked for, and what after.

A name or a line goes in when a page was seen to leak it, and a test with it (`test_page.py`, `test_furniture.py`).

A line goes when each of its sentences is furniture. Words of comment forms, which no news ends on, also go from the end of a line:
some pages and feeds run an article and the form under it together. They stay where a sentence speaks of them.
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
# What comment forms say, by language, compared without case. It goes from the end of a line too.
FORM_PHRASES: tuple[str, ...] = (
    # English: WordPress core, tagDiv
    r"please enter your (comment|name|e-?mail( address)?)( here)?",
    r"you have entered an incorrect e-?mail address",
    r"save my name,? e-?mail,? and website in this browser( for the next time i comment)?",
    r"your e-?mail address will not be published",
    r"required fields are marked",
    r"leave a (reply|comment)|cancel reply|post comment",
    r"latest (posts|articles|news) in this category",
    # Russian
    r"пожалуйста,? введите ваш(е|) (комментарий|имя|e-?mail)( здесь)?",
    r"вы ввели неверный адрес электронной почты",
    r"сохранить мо[её] имя,? e-?mail( и адрес сайта в этом браузере для последующих моих комментариев)?",
    r"ваш (адрес email|e-?mail) не будет опубликован",
    r"обязательные поля помечены",
    r"(добавить|оставить|оставьте) комментарий|отменить ответ",
    r"последние (новости|записи|статьи) в этой (рубрике|категории)",
    # German
    r"bitte geben sie (hier )?ihren (kommentar|namen) ein",
    r"sie haben eine falsche e-mail-adresse eingegeben",
    r"meinen namen, meine e-mail-adresse und meine website in diesem browser( für die nächste kommentierung| speichern)*",
    r"deine e-mail-adresse wird nicht veröffentlicht",
    r"erforderliche felder sind mit( \* markiert)?",
    r"kommentar hinterlassen|schreibe einen kommentar|antworten abbrechen",
    r"neueste (beiträge|artikel) in dieser kategorie",
    # French
    r"s['’]il vous plaît entrez votre (commentaire|nom)( ici)?",
    r"vous avez entré une adresse e?-?mail incorrecte",
    r"enregistrer mon nom, mon e-mail et mon site( dans le navigateur pour mon prochain commentaire)?",
    r"votre adresse e-mail ne sera pas publiée",
    r"les champs obligatoires sont indiqués avec",
    r"laisser un commentaire|annuler la réponse",
    r"derniers articles dans cette catégorie",
    # Spanish
    r"[¡]?por favor,? (ingrese|introduce|introduzca) (su|tu) (comentario|nombre)( aquí)?",
    r"[¡]?has introducido una dirección de correo electrónico incorrecta",
    r"guarda(r)? mi nombre, correo electrónico y (sitio )?web( en este navegador para la próxima vez que comente)?",
    r"(tu|su) dirección de correo electrónico no será publicada",
    r"los campos obligatorios están marcados con",
    r"dej(a|ar) (una respuesta|un comentario)|cancelar( la)? respuesta",
    r"últimas noticias en esta categoría",
)
# What else themes write in lines of their own around an article. The end of a line is bounded: news may follow in it.
FURNITURE_LINES: tuple[str, ...] = (
    # English: the form
    r"(comment|website)|(comment|name|e-?mail|website)\s?:?\s?\*",
    r"required fields are marked.{0,20}",
    r"(you must (be logged|log) in|log ?in|sign in) to (leave|post) a comment|log ?in to comment",
    r"logged in as .{1,60}|log ?out",
    r"this site uses akismet to reduce spam|learn how your comment data is processed",
    r"notify me of (follow-?up comments|new posts) by e-?mail",
    r"be the first to (comment|reply)|no comments( yet)?|comments are closed|(\d+|view( all)?|show) comments",
    r"(share your|what('s| are) your) thoughts.{0,20}|join the (discussion|conversation)",
    # English: other posts
    r"(latest|related|recent|popular|more) (posts?|articles?|news|stories|comments)( in this category)?\d*",
    r"related articles ?more from author|more from (the )?author|(you (may|might) also like|read (also|next|more)|see also)",
    r"most (popular|read)|popular category|editor'?s? picks?|must read|trending( now)?|don'?t miss|stay connected",
    r"(previous|next) (article|post)(?-i:(?:[A-ZА-Я“\"‘'].{0,200})?)",
    r"tags|filed under.{0,100}|posted in.{0,100}",
    # English: newsletters and sharing
    r"(sign up|subscribe) (to|for) (our|the) (daily |weekly |free )?newsletters?( .{0,80})?",
    r"(share|follow us) (on|via) (facebook|twitter|x|telegram|whatsapp|linkedin|instagram|youtube|google news)",
    r"(share|like) this( (article|post|story))?|like loading|(share|tweet|pin|print|e-?mail)( this)?|loading",
    r"click to (share|e-?mail|print).{0,80}|\(?opens in (a )?new window\)?",
    # Russian
    r"обязательные поля помечены.{0,20}|сохранить мо[её] имя,? e-?mail.{0,100}|оставьте ответ",
    r"(войдите|авторизуйтесь),? чтобы (оставить комментарий|комментировать)|комментарии закрыты|комментариев нет",
    r"для отправки комментария (вам )?необходимо авторизоваться",
    r"(последние|похожие|читайте также|популярные|свежие) (новости|записи|статьи|материалы)( в этой рубрике)?\d*|читайте также",
    r"подпишитесь на (нашу рассылку|наш (телеграм-канал|telegram-канал))",
    r"поделиться( (в (facebook|twitter|telegram|вконтакте)|ссылкой))?|нажмите,? (чтобы|здесь,? чтобы) поделиться.{0,80}",
    r"(предыдущая|следующая) (статья|запись)",
    # German
    r"meinen namen, meine e-mail-adresse und meine website in diesem browser.{0,60}|erforderliche felder sind mit.{0,20}",
    r"du musst angemeldet sein, um einen kommentar abzugeben|kommentare sind geschlossen|keine kommentare",
    r"(neueste|ähnliche|weitere) (beiträge|artikel)( in dieser kategorie)?\d*|lesen sie auch|das könnte sie auch interessieren",
    r"abonnieren sie unseren newsletter",
    r"auf (facebook|twitter|x|whatsapp) teilen|(artikel )?teilen",
    r"(vorheriger|nächster) (artikel|beitrag)",
    # French
    r"enregistrer mon nom, mon e-mail et mon site.{0,60}|les champs obligatoires sont indiqués avec.{0,20}",
    r"vous devez (vous connecter|être connecté) pour (publier|poster|laisser) un commentaire|les commentaires sont fermés",
    r"(derniers articles|articles (similaires|récents|connexes))( dans cette catégorie)?\d*|(à )?lire aussi",
    r"abonnez-vous à notre (newsletter|lettre d['’]information)",
    r"partager sur (facebook|twitter|x|whatsapp)|partager( cet article)?",
    r"article (précédent|suivant)",
    # Spanish
    r"guarda(r)? mi nombre, correo electrónico y (sitio )?web.{0,60}|los campos obligatorios están marcados con.{0,20}",
    r"(debes|tienes que) (iniciar sesión|estar conectado) para (dejar|publicar|enviar) un comentario",
    r"(los )?comentarios (están )?cerrados",
    r"(últimas noticias|artículos relacionados|entradas recientes)( en esta categoría)?\d*|lea también|le puede interesar",
    r"suscríbete a nuestro boletín",
    r"compartir( (en (facebook|twitter|x|whatsapp)|esto))?",
    r"(artículo|entrada) (anterior|siguiente)",
)
MARKS = r"[\s.!?:*]*"
TAIL_CHARS = 500  # of a line, in which a form is looked for
FORM = "(?:(?:" + "|".join(f"(?:{phrase})" for phrase in FORM_PHRASES) + ")" + MARKS + r"\d{0,3}\s*)+"
FURNITURE = re.compile(f"{MARKS}(?:{FORM}|" + "|".join(f"(?:{line})" for line in FURNITURE_LINES) + f"){MARKS}", re.IGNORECASE)
FORM_AT_END = re.compile(r"(?<=[.!?…”\"»*)])\s+" + FORM + "$", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?*])\s+")


def without_furniture(text: str) -> str:
    """Return the paragraphs of a text (one a line) that are not furniture, parted by blank lines."""
    lines = (_without_form(clean(line)) for line in text.splitlines())
    return "\n\n".join(line for line in lines if line and not is_furniture(line))


def is_furniture(line: str) -> bool:
    """Say whether a line is furniture and nothing else."""
    return FURNITURE.fullmatch(line) is not None or all(FURNITURE.fullmatch(part) for part in SENTENCE_END.split(line))


def _without_form(line: str) -> str:
    """Return a line without the comment form at its end."""
    found = FORM_AT_END.search(line, max(0, len(line) - TAIL_CHARS))
    return line[: found.start()].rstrip() if found is not None else line
