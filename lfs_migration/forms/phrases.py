"""Words of the form and of the paper questionnaire that no codebook owns, and the names of languages in themselves."""

from __future__ import annotations

from lfs_migration.model.codebook import Variable
from lfs_migration.model.noun import Text, Value
from lfs_migration.text import pick

NAMES = {
    "en": "English", "fr": "Français", "es": "Español", "ar": "العربية", "hy": "Հայերեն", "ru": "Русский", "th": "ไทย",
}  # fmt: skip
OFFERED = ("dont_know", "refused")
"""Reasons of an absent answer that can be given in an interview; the others come about afterwards."""

PHRASES: dict[str, Text] = {
    "dont_know": {
        "en": "Do not know", "fr": "Ne sait pas", "es": "No sabe", "ar": "لا يعرف",
        "hy": "Չգիտի", "ru": "Не знает", "th": "ไม่ทราบ",
    },
    "refused": {
        "en": "Refused", "fr": "Refus", "es": "Rechazo", "ar": "رفض",
        "hy": "Հրաժարվել է", "ru": "Отказ", "th": "ปฏิเสธ",
    },
    "entered": {
        "en": "{what}: {code}", "fr": "{what} : {code}", "es": "{what}: {code}", "ar": "{what}: {code}",
        "hy": "{what}՝ {code}", "ru": "{what}: {code}", "th": "{what}: {code}",
    },
    "between": {
        "en": "From {low} to {high}", "fr": "De {low} à {high}", "es": "De {low} a {high}", "ar": "من {low} إلى {high}",
        "hy": "{low}-ից {high}", "ru": "От {low} до {high}", "th": "ตั้งแต่ {low} ถึง {high}",
    },
    "at_least": {
        "en": "At least {low}", "fr": "Au moins {low}", "es": "Al menos {low}", "ar": "{low} على الأقل",
        "hy": "Առնվազն {low}", "ru": "Не менее {low}", "th": "อย่างน้อย {low}",
    },
    "at_most": {
        "en": "At most {high}", "fr": "Au plus {high}", "es": "Como máximo {high}", "ar": "{high} على الأكثر",
        "hy": "Առավելագույնը {high}", "ru": "Не более {high}", "th": "ไม่เกิน {high}",
    },
    "pattern": {
        "en": "Not written as it must be", "fr": "Écriture non admise", "es": "No está escrito como debe",
        "ar": "لم يُكتب بالشكل المطلوب", "hy": "Գրված չէ պահանջվող ձևով", "ru": "Записано не так, как требуется",
        "th": "รูปแบบไม่ถูกต้อง",
    },
    "alone": {
        "en": "This answer excludes the others: {answers}", "fr": "Cette réponse exclut les autres : {answers}",
        "es": "Esta respuesta excluye las demás: {answers}", "ar": "هذه الإجابة تستبعد غيرها: {answers}",
        "hy": "Այս պատասխանը բացառում է մյուսները՝ {answers}", "ru": "Этот ответ исключает остальные: {answers}",
        "th": "คำตอบนี้ไม่ใช้ร่วมกับคำตอบอื่น: {answers}",
    },
    "called": {
        "en": "What shall we call this person in this interview?",
        "fr": "Comment appeler cette personne pendant l'entretien ?",
        "es": "¿Cómo llamamos a esta persona durante la entrevista?",
        "ar": "ماذا نسمّي هذا الشخص خلال المقابلة؟",
        "hy": "Ինչպե՞ս անվանենք այս անձին հարցազրույցի ընթացքում",
        "ru": "Как называть этого человека во время интервью?",
        "th": "ในการสัมภาษณ์นี้จะเรียกบุคคลนี้ว่าอะไร",
    },
    "called_hint": {
        "en": "A first name or nickname, so that the questions are about the right person. It may stay empty. "
              "It is deleted before the data leave the field team.",
        "fr": "Un prénom ou un surnom, pour que les questions portent sur la bonne personne. Peut rester vide. "
              "Supprimé avant que les données ne quittent l'équipe de terrain.",
        "es": "Un nombre de pila o apodo, para que las preguntas sean sobre la persona correcta. Puede quedar vacío. "
              "Se borra antes de que los datos salgan del equipo de campo.",
        "ar": "اسم أول أو لقب لكي تكون الأسئلة عن الشخص الصحيح. يمكن تركه فارغاً، "
              "ويُحذف قبل خروج البيانات من فريق الميدان.",
        "hy": "Անուն կամ մականուն, որպեսզի հարցերը վերաբերեն ճիշտ անձին։ Կարող է դատարկ մնալ։ "
              "Ջնջվում է, մինչև տվյալները դուրս գան դաշտային խմբից։",
        "ru": "Имя или прозвище, чтобы вопросы касались нужного человека. Можно не заполнять. "
              "Удаляется до передачи данных за пределы полевой группы.",
        "th": "ชื่อต้นหรือชื่อเล่น เพื่อให้ถามถึงบุคคลที่ถูกต้อง เว้นว่างได้ และจะถูกลบก่อนส่งข้อมูลออกจากทีมภาคสนาม",
    },
    "counted": {
        "en": "Every one of them is then asked about: enter the number that can be listed.",
        "fr": "Des questions seront posées sur chacune : inscrire le nombre de personnes qui peuvent être listées.",
        "es": "Se preguntará por cada una: anote el número de personas que se pueden listar.",
        "ar": "ستُطرح الأسئلة عن كل واحد منهم: سجّل العدد الذي يمكن إدراجه.",
        "hy": "Հարցերը կտրվեն նրանցից յուրաքանչյուրի մասին. գրեք այն թիվը, որ կարելի է թվարկել։",
        "ru": "Вопросы будут заданы о каждом: укажите число тех, кого можно перечислить.",
        "th": "จะถามถึงแต่ละคน ให้กรอกจำนวนที่ระบุรายชื่อได้",
    },
    "national": {
        "en": "Code of the national list", "fr": "Code de la liste nationale", "es": "Código de la lista nacional",
        "ar": "رمز من القائمة الوطنية", "hy": "Ազգային ցանկի ծածկագիր", "ru": "Код национального перечня",
        "th": "รหัสตามรายการของประเทศ",
    },
    "next_row": {
        "en": "next person", "fr": "personne suivante", "es": "persona siguiente", "ar": "الشخص التالي",
        "hy": "հաջորդ անձը", "ru": "следующий человек", "th": "คนถัดไป",
    },
    "end": {
        "en": "end", "fr": "fin", "es": "fin", "ar": "النهاية", "hy": "ավարտ", "ru": "конец", "th": "จบ",
    },
    "no": {"en": "No", "fr": "Non", "es": "No", "ar": "لا", "hy": "Ոչ", "ru": "Нет", "th": "ไม่ใช่"},
    "yes": {"en": "Yes", "fr": "Oui", "es": "Sí", "ar": "نعم", "hy": "Այո", "ru": "Да", "th": "ใช่"},
    "if": {
        "en": "If {condition}", "fr": "Si {condition}", "es": "Si {condition}", "ar": "إذا {condition}",
        "hy": "Եթե {condition}", "ru": "Если {condition}", "th": "ถ้า {condition}",
    },
    "unless": {
        "en": "Unless {condition}", "fr": "Sauf si {condition}", "es": "Salvo si {condition}",
        "ar": "إلا إذا {condition}", "hy": "Եթե ոչ {condition}", "ru": "Если не {condition}",
        "th": "เว้นแต่ {condition}",
    },
    "and": {"en": "and", "fr": "et", "es": "y", "ar": "و", "hy": "և", "ru": "и", "th": "และ"},
    "or": {"en": "or", "fr": "ou", "es": "o", "ar": "أو", "hy": "կամ", "ru": "или", "th": "หรือ"},
    "not": {
        "en": "not ({condition})", "fr": "non ({condition})", "es": "no ({condition})", "ar": "ليس ({condition})",
        "hy": "ոչ ({condition})", "ru": "не ({condition})", "th": "ไม่ ({condition})",
    },
    "answered": {
        "en": "{item} has an answer", "fr": "{item} a une réponse", "es": "{item} tiene respuesta",
        "ar": "توجد إجابة عن {item}", "hy": "{item}-ն ունի պատասխան", "ru": "на {item} есть ответ",
        "th": "{item} มีคำตอบ",
    },
    "sheet": {
        "en": "Code sheet {name}", "fr": "Liste de codes {name}", "es": "Lista de códigos {name}",
        "ar": "قائمة الرموز {name}", "hy": "Ծածկագրերի ցանկ {name}", "ru": "Перечень кодов {name}",
        "th": "รายการรหัส {name}",
    },
    "sheets": {
        "en": "Code sheets", "fr": "Listes de codes", "es": "Listas de códigos", "ar": "قوائم الرموز",
        "hy": "Ծածկագրերի ցանկեր", "ru": "Перечни кодов", "th": "รายการรหัส",
    },
    "first_name": {
        "en": "First name, not kept with the data", "fr": "Prénom, non conservé avec les données",
        "es": "Nombre de pila, no se guarda con los datos", "ar": "الاسم الأول، لا يُحفظ مع البيانات",
        "hy": "Անուն, տվյալների հետ չի պահվում", "ru": "Имя, с данными не хранится", "th": "ชื่อต้น ไม่เก็บไว้กับข้อมูล",
    },
    "more_rows": {
        "en": "For more than {count} use another form.", "fr": "Au-delà de {count}, prendre un autre formulaire.",
        "es": "Si son más de {count}, use otro formulario.", "ar": "إذا زاد العدد على {count} تُستخدم استمارة أخرى.",
        "hy": "{count}-ից ավելի դեպքում օգտագործեք ևս մեկ ձևաթուղթ։",
        "ru": "Если больше {count}, возьмите ещё один бланк.",
        "th": "ถ้าเกิน {count} ให้ใช้แบบสอบถามอีกชุด",
    },
    "several": {
        "en": "Tick all that apply", "fr": "Cocher tout ce qui convient", "es": "Marque todo lo que corresponda",
        "ar": "ضع علامة على كل ما ينطبق", "hy": "Նշեք բոլոր համապատասխան պատասխանները",
        "ru": "Отметьте все подходящие ответы", "th": "ทำเครื่องหมายทุกข้อที่ใช่",
    },
    "several_codes": {
        "en": "Enter the codes of all that apply", "fr": "Inscrire les codes de tout ce qui convient",
        "es": "Anote los códigos de todo lo que corresponda", "ar": "سجّل رموز كل ما ينطبق",
        "hy": "Գրեք բոլոր համապատասխան պատասխանների ծածկագրերը", "ru": "Впишите коды всех подходящих ответов",
        "th": "กรอกรหัสทุกข้อที่ใช่",
    },
    "page": {
        "en": "Page", "fr": "Page", "es": "Página", "ar": "صفحة", "hy": "Էջ", "ru": "Страница", "th": "หน้า",
    },
}  # fmt: skip


def phrase(name: str, language: str = "en", /, **values: object) -> str:
    """Return one of :data:`PHRASES` in a language, or in English where it has no such wording.

    Examples
    --------
    >>> phrase("between", "fr", low=0, high=120)
    'De 0 à 120'
    """
    return pick(PHRASES[name], language).format(**values)


def in_all(name: str, languages: tuple[str, ...], /, **values: object) -> Text:
    """Return a phrase in several languages."""
    return {language: phrase(name, language, **values) for language in languages}


def offered(variable: Variable) -> dict[Value, str]:
    """Return the codes of absent answers that an interviewer may enter, each with its reason.

    Examples
    --------
    >>> from lfs_migration.catalog import load_codebook
    >>> offered(load_codebook().variable("em_sex"))
    {97: 'dont_know', 98: 'refused'}
    """
    return {code: reason for code, reason in variable.missing.items() if reason in OFFERED}


def absent_words(variable: Variable, language: str) -> list[str]:
    """Return how to enter each absent answer, in words."""
    return [
        phrase("entered", language, what=phrase(reason, language), code=code)
        for code, reason in offered(variable).items()
    ]
