"""The words of the codebook page that no codebook owns, in every language."""

from __future__ import annotations

from lfs_migration.model.noun import Text
from lfs_migration.text import LANGUAGES, pick


def _said(*words: str) -> Text:
    """Return words given in the order of :data:`LANGUAGES`."""
    return dict(zip(LANGUAGES, words, strict=True))


WORDS: dict[str, Text] = {
    "codebook": _said("Codebook", "Dictionnaire de codes", "Libro de códigos", "دليل الترميز", "Ծածկագրերի գիրք",
                      "Книга кодов", "คู่มือรหัส"),
    "skip": _said("Skip to the contents", "Aller au sommaire", "Ir al índice", "انتقل إلى المحتويات",
                  "Անցնել բովանդակությանը", "Перейти к содержанию", "ข้ามไปที่สารบัญ"),
    "skip_index": _said("Skip to the index", "Aller à l'index", "Ir al índice alfabético", "انتقل إلى الفهرس",
                        "Անցնել այբբենական ցանկին", "Перейти к указателю", "ข้ามไปที่ดัชนี"),
    "about": _said("What this is", "De quoi il s'agit", "Qué es", "ما هذا الدليل", "Ինչ է սա", "Что это такое",
                   "เอกสารนี้คืออะไร"),
    "about_text": _said(
        "The variables, code lists and checks of a survey module: what was asked, of whom, and which codes an "
        "answer may "
        "have. The same files drive the checks, the forms and the tables, so that all of them say the same.",
        "Les variables, listes de codes et contrôles d'un module d'enquête : ce qui a été demandé, à qui, et quels "
        "codes "
        "une réponse peut avoir. Les mêmes fichiers commandent les contrôles, les formulaires et les tableaux.",
        "Las variables, listas de códigos y controles de un módulo de encuesta: qué se preguntó, a quién y qué códigos "
        "puede tener una respuesta. Los mismos archivos gobiernan los controles, los formularios y los cuadros.",
        "متغيرات وحدة المسح وقوائم رموزها وقواعد تدقيقها: ما الذي سُئل عنه، ومن سُئل، وما الرموز الممكنة للإجابة. "
        "الملفات نفسها تحكم التدقيق والاستمارات والجداول.",
        "Հետազոտության մոդուլի փոփոխականները, ծածկագրերի ցանկերն ու ստուգումները. ինչ է հարցվել, ում, և ինչ ծածկագրեր "
        "կարող է ունենալ պատասխանը։ Նույն ֆայլերով են կառավարվում ստուգումները, ձևաթղթերն ու աղյուսակները։",
        "Переменные, списки кодов и проверки модуля обследования: о чём спрашивали, кого и какие коды может иметь "
        "ответ. "
        "Те же файлы управляют проверками, анкетами и таблицами.",
        "ตัวแปร รายการรหัส และการตรวจสอบของโมดูลการสำรวจ: ถามอะไร ถามใคร และคำตอบมีรหัสใดได้บ้าง "
        "ไฟล์ชุดเดียวกันนี้ใช้กำหนดการตรวจสอบ แบบสอบถาม และตาราง",
    ),
    "how": _said("How to read it", "Comment le lire", "Cómo leerlo", "كيف يُقرأ", "Ինչպես կարդալ", "Как это читать",
                 "วิธีอ่าน"),
    "how_universe": _said(
        "Who is asked is a condition in the rule language; a missing answer in it is unknown, never false and never "
        "zero.",
        "Qui est interrogé est une condition du langage des règles ; une réponse manquante y est inconnue, jamais "
        "fausse "
        "ni nulle.",
        "A quién se pregunta es una condición del lenguaje de reglas; una respuesta ausente es desconocida, nunca "
        "falsa "
        "ni cero.",
        "من يُسأل شرطٌ مكتوب بلغة القواعد؛ والإجابة الغائبة فيه غير معروفة، وليست خطأً ولا صفراً.",
        "Ում են հարցնում՝ պայման է կանոնների լեզվով. բացակայող պատասխանն այնտեղ անհայտ է, երբեք կեղծ կամ զրո չէ։",
        "Кого спрашивают — условие на языке правил; отсутствующий ответ в нём неизвестен, но не ложен и не равен нулю.",
        "เงื่อนไขว่าถามใครเขียนด้วยภาษากฎ คำตอบที่ขาดหายถือว่าไม่ทราบ ไม่ใช่เท็จและไม่ใช่ศูนย์",
    ),
    "how_absent": _said(
        "An empty value was not asked; a code of an absent answer says why there is none; a zero is a number.",
        "Une valeur vide n'a pas été demandée ; un code d'absence dit pourquoi il n'y a pas de réponse ; un zéro "
        "est un "
        "nombre.",
        "Un valor vacío no se preguntó; un código de ausencia dice por qué no hay respuesta; un cero es un número.",
        "القيمة الفارغة لم يُسأل عنها؛ ورمز الإجابة الغائبة يبيّن سبب غيابها؛ والصفر عدد.",
        "Դատարկ արժեքը չի հարցվել. բացակայող պատասխանի ծածկագիրն ասում է, թե ինչու այն չկա. զրոն թիվ է։",
        "Пустое значение — вопрос не задавали; код отсутствующего ответа говорит, почему его нет; ноль — это число.",
        "ค่าว่างคือไม่ได้ถาม รหัสคำตอบที่ขาดหายบอกเหตุผล ส่วนศูนย์คือตัวเลข",
    ),
    "how_doubt": _said(
        "What is not settled is marked so; a reference says where a concept comes from.",
        "Ce qui n'est pas tranché est signalé ; la référence dit d'où vient le concept.",
        "Lo que no está resuelto se señala; la referencia dice de dónde viene el concepto.",
        "ما لم يُحسم يُشار إليه؛ والمرجع يبيّن مصدر المفهوم.",
        "Չլուծված հարցերը նշված են. աղբյուրն ասում է, թե որտեղից է հասկացությունը։",
        "Нерешённое отмечено особо; источник указывает, откуда взято понятие.",
        "สิ่งที่ยังไม่ได้ข้อยุติจะมีเครื่องหมาย และเอกสารอ้างอิงบอกที่มาของแนวคิด",
    ),
    "how_english": _said(
        "Every text is in the language of the page.",
        "Un texte sans traduction est en anglais.", "Un texto sin traducción está en inglés.",
        "النص الذي لا ترجمة له يظهر بالإنجليزية.", "Առանց թարգմանության տեքստն անգլերեն է։",
        "Текст без перевода дан по-английски.", "ข้อความที่ไม่มีคำแปลแสดงเป็นภาษาอังกฤษ",
    ),
    "contents": _said("Contents", "Sommaire", "Índice", "المحتويات", "Բովանդակություն", "Содержание", "สารบัญ"),
    "back": _said("Back to the contents", "Retour au sommaire", "Volver al índice", "العودة إلى المحتويات",
                  "Վերադառնալ բովանդակությանը", "К содержанию", "กลับไปที่สารบัญ"),
    "index": _said("Index of variables", "Index des variables", "Índice de variables", "فهرس المتغيرات",
                   "Փոփոխականների ցանկ", "Указатель переменных", "ดัชนีตัวแปร"),
    "lists": _said("Code lists", "Listes de codes", "Listas de códigos", "قوائم الرموز", "Ծածկագրերի ցանկեր",
                   "Списки кодов", "รายการรหัส"),
    "rules": _said("Checks", "Contrôles", "Controles", "قواعد التدقيق", "Ստուգումներ", "Проверки", "การตรวจสอบ"),
    "parameters": _said("What a country chooses", "Ce que le pays choisit", "Lo que elige el país",
                        "ما يختاره البلد", "Ինչ է ընտրում երկիրը", "Что выбирает страна", "สิ่งที่ประเทศเลือก"),
    "standards": _said("Standards", "Normes", "Normas", "المعايير", "Ստանդարտներ", "Стандарты", "มาตรฐาน"),
    "coverage": _said("What the survey cannot see", "Ce que l'enquête ne voit pas", "Lo que la encuesta no ve",
                      "ما لا يراه المسح", "Ինչ չի տեսնում հետազոտությունը", "Чего обследование не видит",
                      "สิ่งที่การสำรวจมองไม่เห็น"),
    "edition": _said("The edition", "L'édition", "La edición", "دورة المسح", "Հետազոտության փուլը",
                     "Раунд обследования",
                     "รอบการสำรวจ"),
    "record": _said("Record", "Enregistrement", "Registro", "السجل", "Գրառում", "Запись", "ระเบียน"),
    "variable": _said("Variable", "Variable", "Variable", "المتغير", "Փոփոխական", "Переменная", "ตัวแปร"),
    "label": _said("Label", "Libellé", "Etiqueta", "التسمية", "Անվանում", "Метка", "ป้ายชื่อ"),
    "question": _said("Question", "Question", "Pregunta", "السؤال", "Հարց", "Вопрос", "คำถาม"),
    "instruction": _said("Instruction", "Consigne", "Instrucción", "تعليمات", "Հրահանգ", "Указание", "คำแนะนำ"),
    "type": _said("Type", "Type", "Tipo", "النوع", "Տեսակ", "Тип", "ชนิด"),
    "unit": _said("Unit", "Unité", "Unidad", "الوحدة", "Միավոր", "Единица", "หน่วย"),
    "universe": _said("Who is asked", "Qui est interrogé", "A quién se pregunta", "من يُسأل", "Ում են հարցնում",
                      "Кого спрашивают", "ถามใคร"),
    "everyone": _said("Everyone", "Tous", "Todos", "الجميع", "Բոլորին", "Всех", "ทุกคน"),
    "range": _said("Values", "Valeurs", "Valores", "القيم", "Արժեքներ", "Значения", "ค่า"),
    "pattern": _said("Form", "Forme", "Forma", "الصيغة", "Ձև", "Форма записи", "รูปแบบ"),
    "codes": _said("Codes", "Codes", "Códigos", "الرموز", "Ծածկագրեր", "Коды", "รหัส"),
    "code": _said("Code", "Code", "Código", "الرمز", "Ծածկագիր", "Код", "รหัส"),
    "group": _said("Group", "Groupe", "Grupo", "المجموعة", "Խումբ", "Группа", "กลุ่ม"),
    "attributes": _said("Attributes", "Attributs", "Atributos", "الخصائص", "Հատկանիշներ", "Признаки", "คุณลักษณะ"),
    "exclusive": _said("excludes the other answers", "exclut les autres réponses", "excluye las demás respuestas",
                       "تستبعد الإجابات الأخرى", "բացառում է մյուս պատասխանները", "исключает другие ответы",
                       "ไม่ใช้ร่วมกับคำตอบอื่น"),
    "absent": _said("Absent answers", "Réponses absentes", "Respuestas ausentes", "الإجابات الغائبة",
                    "Բացակայող պատասխաններ", "Отсутствующие ответы", "คำตอบที่ขาดหาย"),
    "national": _said("Each edition brings this list itself.", "Chaque édition apporte cette liste.",
                      "Cada edición aporta esta lista.", "تأتي كل دورة بهذه القائمة.",
                      "Այս ցանկը բերում է յուրաքանչյուր փուլ։", "Этот список задаёт каждый раунд.",
                      "แต่ละรอบการสำรวจกำหนดรายการนี้เอง"),
    "derived": _said("Derived as", "Calculée par", "Calculada como", "تُشتق هكذا", "Հաշվարկվում է",
                     "Вычисляется как", "คำนวณจาก"),
    "several": _said("Several answers; each is a variable of its own, 1 where it was given and 2 where it was not.",
                     "Plusieurs réponses ; chacune est une variable : 1 si elle a été donnée, 2 sinon.",
                     "Varias respuestas; cada una es una variable: 1 si se dio, 2 si no.",
                     "إجابات متعددة؛ لكل منها متغير: 1 إذا أُعطيت و2 إذا لم تُعطَ.",
                     "Մի քանի պատասխան. յուրաքանչյուրն առանձին փոփոխական է՝ 1, եթե տրվել է, 2, եթե ոչ։",
                     "Несколько ответов; каждый — отдельная переменная: 1, если дан, 2, если нет.",
                     "ตอบได้หลายข้อ แต่ละข้อเป็นตัวแปร: 1 ถ้าเลือก และ 2 ถ้าไม่เลือก"),
    "follows": _said("Follows", "Suit", "Sigue", "يتبع", "Հետևում է", "Следует", "เป็นไปตาม"),
    "paragraph": _said("Paragraph", "Paragraphe", "Párrafo", "الفقرة", "Պարբերություն", "Пункт", "ย่อหน้า"),
    "choices": _said("A country may choose", "Le pays peut choisir", "El país puede elegir", "يمكن للبلد أن يختار",
                     "Երկիրը կարող է ընտրել", "Страна может выбрать", "ประเทศเลือกได้"),
    "seen": _said("Wording", "Texte", "Redacción", "النص", "Ձևակերպում", "Формулировка", "ถ้อยคำ"),
    "seen_text": _said("read in the document", "lu dans le document", "leído en el documento", "قُرئ في الوثيقة",
                       "կարդացվել է փաստաթղթում", "прочитана в документе", "อ่านจากเอกสาร"),
    "seen_quoted": _said("read as quoted elsewhere", "lu comme citation", "leído como cita",
                         "قُرئ كما نُقل في وثيقة أخرى",
                         "կարդացվել է մեջբերմամբ", "прочитана в цитате", "อ่านจากที่อ้างถึงในเอกสารอื่น"),
    "seen_recalled": _said("not read", "non lu", "no leído", "لم يُقرأ", "չի կարդացվել", "не прочитана",
                           "ยังไม่ได้อ่าน"),
    "reference": _said("Reference", "Référence", "Referencia", "المرجع", "Աղբյուր", "Источник", "เอกสารอ้างอิง"),
    "document": _said("Document", "Document", "Documento", "الوثيقة", "Փաստաթուղթ", "Документ", "เอกสาร"),
    "note": _said("Note", "Note", "Nota", "ملاحظة", "Նշում", "Примечание", "หมายเหตุ"),
    "doubt": _said("Not settled", "Non tranché", "Sin resolver", "لم يُحسم", "Չլուծված", "Не решено",
                   "ยังไม่ได้ข้อยุติ"),
    "used": _said("Used by", "Utilisée par", "Usada por", "يستخدمها", "Օգտագործում են", "Используют", "ใช้โดย"),
    "show_codes": _said("Show the {count} codes", "Afficher les {count} codes", "Mostrar los {count} códigos",
                        "عرض الرموز ({count})", "Ցույց տալ {count} ծածկագիր", "Показать коды ({count})",
                        "แสดงรหัส {count} รายการ"),
    "show_native": _said("Show the {count} codes of the files", "Afficher les {count} codes des fichiers",
                         "Mostrar los {count} códigos de los archivos", "عرض رموز الملفات ({count})",
                         "Ցույց տալ ֆայլերի {count} ծածկագիր", "Показать коды файлов ({count})",
                         "แสดงรหัสในไฟล์ {count} รายการ"),
    "severity": _said("Severity", "Gravité", "Gravedad", "الشدة", "Աստիճան", "Степень", "ระดับ"),
    "error": _said("error", "erreur", "error", "خطأ", "սխալ", "ошибка", "ข้อผิดพลาด"),
    "warning": _said("warning", "avertissement", "aviso", "تحذير", "զգուշացում", "предупреждение", "คำเตือน"),
    "check": _said("Must hold", "Doit être vrai", "Debe cumplirse", "يجب أن يتحقق", "Պետք է ճիշտ լինի",
                   "Должно выполняться", "ต้องเป็นจริง"),
    "when": _said("For rows where", "Pour les lignes où", "Para las filas donde", "للصفوف التي فيها",
                  "Այն տողերի համար, որտեղ", "Для строк, где", "สำหรับแถวที่"),
    "remedy": _said("What to do", "Que faire", "Qué hacer", "ما العمل", "Ինչ անել", "Что делать", "สิ่งที่ต้องทำ"),
    "default": _said("Default", "Par défaut", "Por defecto", "الافتراضي", "Լռելյայն", "По умолчанию", "ค่าเริ่มต้น"),
    "chosen": _said("Chosen here", "Choix du pays", "Elegido aquí", "اختيار البلد", "Ընտրված է այստեղ",
                    "Выбрано здесь", "ที่เลือกไว้"),
    "none": _said("none", "aucun", "ninguno", "لا شيء", "չկա", "нет", "ไม่มี"),
    "source": _said("Source", "Source", "Fuente", "المصدر", "Աղբյուր", "Источник", "แหล่งที่มา"),
    "files": _said("In the files", "Dans les fichiers", "En los archivos", "في الملفات", "Ֆայլերում", "В файлах",
                   "ในไฟล์"),
    "file": _said("File", "Fichier", "Archivo", "الملف", "Ֆայլ", "Файл", "ไฟล์"),
    "native": _said("Code in the files", "Code dans les fichiers", "Código en los archivos", "الرمز في الملفات",
                    "Ծածկագիրը ֆայլերում", "Код в файлах", "รหัสในไฟล์"),
    "becomes": _said("Becomes", "Devient", "Se convierte en", "يصبح", "Դառնում է", "Становится", "แปลงเป็น"),
    "skipped": _said("does not apply", "sans objet", "no aplica", "لا ينطبق", "չի կիրառվում", "не относится",
                     "ไม่เกี่ยวข้อง"),
    "not_there": _said("Not in the files of this edition", "Absente des fichiers de cette édition",
                       "No está en los archivos de esta edición", "غير موجود في ملفات هذه الدورة",
                       "Չկա այս փուլի ֆայլերում", "Нет в файлах этого раунда", "ไม่มีในไฟล์ของรอบนี้"),
    "always": _said("the same in every row", "la même valeur dans toutes les lignes", "el mismo valor en cada fila",
                    "القيمة نفسها في كل صف", "նույնը բոլոր տողերում", "одно и то же в каждой строке",
                    "เหมือนกันทุกแถว"),
    "joined": _said("joined", "réunies", "unidas", "مدمجة", "միացված", "соединены", "นำมาต่อกัน"),
    "buddhist": _said("Buddhist calendar, 543 years ahead", "calendrier bouddhique, en avance de 543 ans",
                      "calendario budista, 543 años adelantado", "التقويم البوذي، متقدم 543 سنة",
                      "բուդդայական օրացույց, 543 տարի առաջ", "буддийский календарь, на 543 года вперёд",
                      "ปีพุทธศักราช นำหน้า 543 ปี"),
    "layout_office": _said("The file layout is the office's own.", "La structure des fichiers est celle de l'office.",
                           "La estructura de los archivos es la de la oficina.", "بنية الملفات هي بنية المكتب نفسه.",
                           "Ֆայլերի կառուցվածքը գրասենյակինն է։", "Структура файлов — самого ведомства.",
                           "โครงสร้างไฟล์เป็นของหน่วยงานเอง"),
    "layout_ours": _said("The office's file layout is not public; this one is ours.",
                         "La structure des fichiers de l'office n'est pas publique ; celle-ci est la nôtre.",
                         "La estructura de los archivos de la oficina no es pública; esta es nuestra.",
                         "بنية ملفات المكتب غير منشورة؛ وهذه من وضعنا.",
                         "Գրասենյակի ֆայլերի կառուցվածքը հրապարակված չէ. սա մերն է։",
                         "Структура файлов ведомства не опубликована; эта — наша.",
                         "โครงสร้างไฟล์ของหน่วยงานไม่เปิดเผย โครงสร้างนี้เรากำหนดเอง"),
    "generated": _said("The files of this edition are generated, not collected.",
                       "Les fichiers de cette édition sont générés, non collectés.",
                       "Los archivos de esta edición son generados, no recogidos.",
                       "ملفات هذه الدورة مولَّدة، ولم تُجمع ميدانياً.",
                       "Այս փուլի ֆայլերը ստեղծված են, ոչ թե հավաքված։",
                       "Файлы этого раунда сгенерированы, а не собраны.",
                       "ไฟล์ของรอบนี้สร้างขึ้น ไม่ได้เก็บจากการสำรวจจริง"),
    "computed": _said("computed", "calculée", "calculada", "محسوب", "հաշվարկված", "вычисляется", "คำนวณ"),
    "version": _said("Version {number}", "Version {number}", "Versión {number}", "الإصدار {number}",
                     "Տարբերակ {number}", "Версия {number}", "รุ่น {number}"),
    "answers": _said("Answers", "Réponses", "Respuestas", "الإجابات", "Պատասխաններ", "Ответы", "คำตอบ"),
    "no_rows": _said("No file holds this record.", "Aucun fichier ne contient ces lignes.",
                     "Ningún archivo contiene este registro.", "لا يوجد ملف لهذا السجل.",
                     "Ոչ մի ֆայլ չունի այս գրառումը։",
                     "Ни один файл не содержит этой записи.", "ไม่มีไฟล์ใดเก็บระเบียนนี้"),
    "key": _said("Key", "Clé", "Clave", "المفتاح", "Բանալի", "Ключ", "คีย์"),
    "count_variables": _said("{count} variables", "{count} variables", "{count} variables", "المتغيرات: {count}",
                             "{count} փոփոխական", "переменных: {count}", "{count} ตัวแปร"),
    "type_code": _said("code of a list", "code d'une liste", "código de una lista", "رمز من قائمة", "ցանկի ծածկագիր",
                       "код списка", "รหัสตามรายการ"),
    "type_int": _said("whole number", "nombre entier", "número entero", "عدد صحيح", "ամբողջ թիվ", "целое число",
                      "จำนวนเต็ม"),
    "type_float": _said("number", "nombre", "número", "عدد", "թիվ", "число", "จำนวน"),
    "type_amount": _said("amount of money", "montant", "importe", "مبلغ", "գումար", "денежная сумма", "จำนวนเงิน"),
    "type_year": _said("year", "année", "año", "سنة", "տարի", "год", "ปี"),
    "type_month": _said("month", "mois", "mes", "شهر", "ամիս", "месяц", "เดือน"),
    "type_str": _said("text", "texte", "texto", "نص", "տեքստ", "текст", "ข้อความ"),
    "type_bool": _said("true or false", "vrai ou faux", "verdadero o falso", "صح أو خطأ", "ճիշտ կամ սխալ",
                       "истина или ложь", "จริงหรือเท็จ"),
    "true": _said("true", "vrai", "verdadero", "صح", "ճիշտ", "истина", "จริง"),
    "false": _said("false", "faux", "falso", "خطأ", "սխալ", "ложь", "เท็จ"),
    "between": _said("{low} to {high}", "de {low} à {high}", "de {low} a {high}", "من {low} إلى {high}",
                     "{low}-ից {high}", "от {low} до {high}", "{low} ถึง {high}"),
    "at_least": _said("{low} or more", "{low} ou plus", "{low} o más", "{low} أو أكثر", "{low} կամ ավելի",
                      "{low} и более", "{low} ขึ้นไป"),
    "at_most": _said("{high} or less", "{high} ou moins", "{high} o menos", "{high} أو أقل", "{high} կամ պակաս",
                     "{high} и менее", "ไม่เกิน {high}"),
    "dont_know": _said("Does not know", "Ne sait pas", "No sabe", "لا يعرف", "Չգիտի", "Не знает", "ไม่ทราบ"),
    "refused": _said("Refused", "Refus", "Rechazo", "رفض الإجابة", "Հրաժարվել է", "Отказ", "ปฏิเสธตอบ"),
    "not_stated": _said("Not stated", "Non indiqué", "No consta", "غير مبيّن", "Նշված չէ", "Не указано", "ไม่ระบุ"),
    "uncodable": _said("Cannot be coded", "Non codable", "No codificable", "لا يمكن ترميزه", "Հնարավոր չէ ծածկագրել",
                       "Не поддаётся кодированию", "ลงรหัสไม่ได้"),
}  # fmt: skip

REASONS = ("dont_know", "refused", "not_stated", "uncodable")
"""Why an answer is absent, in the order of the codes' conventions."""


def word(name: str, language: str = "en", /, **values: object) -> str:
    """Return one of :data:`WORDS` with its values.

    Examples
    --------
    >>> word("between", "fr", low=0, high=120)
    'de 0 à 120'
    """
    return pick(WORDS[name], language).format(**values)
