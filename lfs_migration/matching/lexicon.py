"""Words for what surveys ask, in the languages of the labels.

One line a concept: words of English, French, Spanish, Russian, Armenian, Arabic and Thai. A star ends a stem that any
ending may follow. The concepts are no translation: they only say that two labels speak of the same thing.
"""

from __future__ import annotations

_WORDS = """
sex: sex sexe sexo gender genre genero пол пола սեռ* جنس نوع เพศ
age: age ages edad возраст* տարիք* سن عمر อายุ
year: year annee an ano anio год года году տարի տարին տարում سنة عام ปี
years: years anos anios annees лет տարիներ سنوات
month: month mois mes месяц месяца месяце ամիս ամիսը شهر เดือน
months: months meses месяцев ամսում ամսվա شهرا أشهر شهور
day: day jour dia день дата օր* يوم วันที่
twelve: 12 twelve douze doce
interview: interview* entretien entrevista* encuesta enquete survey интервью опрос* обследован* հարցազրույց*
  مقابلة مسح สัมภาษณ์
household: household* menage menages hogar hogares домохозяйств* տնտեսության տնտեսությունից أسرة ครัวเรือน
dwelling: dwelling* address* vivienda* logement* direccion жилищ* жиль* адрес* բնակարան* հասցե* مسكن บ้าน
person: person persons member* personne* persona personas miembro* membre* individu* член* лицо անդամ* فرد شخص
  كل คน บุคคล
number: number line numero nro num номер* համար* رقم مسلسل ลำดับ เลข
count: cuantas cuantos combien nombre число* количеств* թիվ* عدد จำนวน
identifier: identifier* identifiant* identificador* serial clave llave folio questionnaire cuestionario รหัส
psu: cluster* segment* conglomerado grappe psu upm участ* տեղամաս* وحدة หน่วย
sample: sampl* muestr* sondage выборк* ընտրան* معاينة عينة ตัวอย่าง
primary: primar* начальн* տարրական* ابتدائ* ประถม* ประถม
stratum: strat* estrat* strate* страт* շերտ* طبقة ชั้นภูมิ
region: region* provinc* governorat* gouvernorat* gobernac* departamento departement* state estado entidad
  county oblast marz област* край марз* մարզ* محافظ* منطق* إقليم จังหวัด ภาค changwat wilaya
settlement: settlement* locality localidad* milieu residenc* residencia area zone поселен* местн* բնակավայր*
  إقامة เขต
urban: urban* urbain* ciudad city municipal городск* город* քաղաք* حضر* เทศบาล
rural: rural* rurales campo сельск* сел* գյուղ* ريف* ชนบท
weight: weight* poids peso factor ponder* expansion вес веса весов* կշիռ* وزن ถ่วงน้ำหนัก น้ำหนัก
design: design dise*
probability: probab* вероятн* հավանական* احتمال
selection: selection* seleccion* tirage отбор* ընտրման اختيار
nonresponse: nonresponse response responses reponse respuesta неответ*
module: module* modulo модул* մոդուլ*
result: result* outcome* resultad* результат* արդյունք* نتيجة ผล
visit: visit* visita* посещен* այցել* زيارة การเยี่ยม
relation: relation* relationship* lien lazo parentesco* родств* ազգակց* قرابة صلة ความเกี่ยวพัน ความสัมพันธ์
head: head chef jefe jefa глав* գլխավոր* رب หัวหน้า
spouse: spouse* partner* wife husband conjoint* conyuge* espos* pareja супруг* муж жена ամուսին* زوج زوجة
  คู่สมรส สามี ภรรยา
child: child children son daughter hijo hija hijos fils fille enfant* сын* доч* дети որդի* դուստր* երեխա* ابن
  ابنة بنت บุตร ลูก
parent: father mother parents padre madre padres pere mere отец мать родител* հայր* մայր* ծնող* أب أم والد* บิดา
  มารดา
sibling: brother* sister* hermano* hermana* frere* soeur* брат* сестр* եղբայր* քույր* أخ أخت พี่ น้อง
inlaw: law yerno nuera gendre bru suegro* зять* невестк* тесть* свекр* փեսա* հարս* սկեսուր* สะใภ้ เขย
grandchild: grandchild* grandson* nieto* nieta* petit внук* внуч* թոռ* حفيد* หลาน
grandparent: grandparent* grandfather* abuelo* дед* бабушк* տատ* պապ* جد ปู่ ย่า
relative: relative* pariente* родственник* ազգական* قريب ญาติ
unrelated: unrelated неродств* ոչազգական* ไม่ใช่ญาติ
servant: domestic servant* domestic* empleado empleados прислуг* խնամող* خادم คนรับใช้
education: education* educac* instruc* escolar* etude* etudes school* образован* կրթութ* تعليم* تعليمية การศึกษา
level: level* niveau* nivel* уров* մակարդակ* مستوى ระดับ
completed: completed atteint* alcanzad* законченн* ավարտած* مكتمل สำเร็จ
secondary: secondar* secund* bachillerato средн* միջնակարգ* ավագ ثانو* มัธยม
lower: lower baja inferior* premier basic* basica неполн* إعداد* ตอนต้น
upper: upper alta deuxieme полн* عليا ตอนปลาย
vocational: vocation* technic* tecnic* professionn* specialis* специальн* արհեստ* մասնագիտական* فني* อาชีวศึกษา
  วิชาชีพ
university: universit* bachelor* licence grado tertiar* terciar* superieur superior universitar* высш*
  բարձրագույն* جامع* بكالوريوس ปริญญาตรี อนุปริญญา
master: master* maestr* postgrad* posgrad* аспирант* магистр* հետբուհական* ماجستير ปริญญาโท
doctor: doctor* докторан* دكتوراه ปริญญาเอก
short: short cycle ciclo court
none: none ningun* ninguno aucun* без չունի بدون أمي ไม่มี
activity: activit* activid* деятельн* активност* занятие зан* զբաղմունք* ակտիվութ* نشاط กิจกรรม
main: main princip* основн* հիմնական* رئيس* หลัก
labour: labour labor laboral force fuerza main-d'oeuvre работ* աշխատ* عمل قوة แรงงาน
status: status situation* situac* condicion* статус* состоян* положен* կարգավիճակ* حالة علاقة สถานภาพ สถานะ
economic: econom* экономич* տնտեսապես տնտեսական* اقتصاد*
employed: employed ocupado* ocupada* emploi занятый зан* զբաղված* مشتغل ผู้มีงานทำ มีงานทำ
unemployed: unemployed desocup* desemple* chom* безработ* գործազուրկ* متعطل عاطل ว่างงาน ผู้ว่างงาน
outside: outside inactiv* hors fuera неактивн* นอกกำลังแรงงาน
underemployed: subemple* underemploy* неполная
work: work* job jobs travail trabaj* trabajo работа* работу աշխատանք* شغل عمل ทำงาน งาน
seek: search* looking seek* recherche busca* busqueda ищ* поиск* որոնում* يبحث بحث หางาน
arranged: arranged acordad* trouve contract* оговор* պայմանավորված* متفق ได้งาน
employer: employer* employeur* empleador* mutation detachement traslado posted transferred работодател*
  գործատու* نقل นายจ้าง
business: business negocio* compte trip бизнес* собственн* գործուղ* командиров* مشروع ธุรกิจ
study: study* studying training student* etudes formation estud* учеб* обучен* студент* учащ* ուսում* ուսանող*
  دراسة طالب ศึกษาหรือ เรียน ฝึกอบรม
family: family famille famil* familia сем* воссоединен* ընտանե* ընտանիք* أسري عائلة ครอบครัว
marriage: marriage married mariage matrimon* union брак* ամուսնութ* ամուսնացած زواج สมรส
war: conflict* violence persecution violenc* guerra война* конфликт* преследован* պատերազմ* հակամարտ* حرب نزاع
  สงคราม
disaster: disaster* catastrophe* desastre* катастроф* бедств* աղետ* كارثة ภัยพิบัติ
health: health medical* sante soins salud tratamiento enferm* ill disabled malade* лечен* здоров* болезн* болен*
  բուժ* առողջ* հիվանդ* علاج صحة مريض รักษา เจ็บป่วย
settle: settle* establec* s'etablir definitiv* permanent* good навсегда постоян* մշտ* دائم* استقرار ถาวร
  ตั้งถิ่นฐาน
visiting: visits visite* гост* հյուր* เยี่ยม
holiday: holiday* tourism* turismo vacanc* отдых* туриз* հանգիստ* زبوսա سياحة ท่องเที่ยว
pilgrimage: pilgrim* peregrin* حج عمرة
duties: duties homemak* housewi* quehaceres foyer tareas домашн* منزل ทำงานบ้าน
retired: retired retraite jubilad* pension* пенси* թոշակ* متقاعد معاش เกษียณ
military: military militaire militar* soldier армия воен* служб* բանակ* զինվոր* تجنيد جيش เกณฑ์ทหาร
unpaid: unpaid remunere remunerado* неоплач* չվարձատր* ไม่ได้รับค่าจ้าง
own: self own cuenta propia propio самозан* ինքնազբաղ* حسابه ส่วนตัว
wage: paid wage* salar* sueldo profit lucrati* найм* վարձու* أجر ค่าจ้าง ค่าตอบแทน
earnings: earning* earned income* ingreso* revenu revenus заработ* доход* եկամ* دخل รายได้
leave: leave leaving left departure* depart depart* partir partie sali* salir fue emigr* emigration выех* выезд*
  уех* отъезд* эмигр* մեկն* արտագաղթ* سفر سافر مغادر* هجرة مقيم مقيمين يقيم เดินทาง ผู้ไปต่างประเทศ ย้ายออก
abroad: abroad overseas foreign exterior extranjero etranger зарубеж* рубеж* границ* արտերկր* արտասահման* خارج
  ต่างประเทศ
country: country countries pais paises pays стран* երկիր* երկր* بلد دولة ประเทศ
destination: destination* destino* куда ուր وجهة ปลายทาง
where: donde ou
return: return* retour* retorn* regres* revenu* возвращ* вернул* վերադար* عود* رجوع عاد กลับ
reason: reason* motiv* raison* razon* causa причин* цель цели պատճառ* նպատակ* سبب دافع เหตุผล สาเหตุ
stay: stay* sejour estancia quedarse duration* duracion* duree tiempo пребыван* срок* տևող* մնալ* مدة بقاء
  ระยะเวลา
intended: intended intend* intent* plan* previst* prevu* piensa ожидаем* планир* намер* նախատես* ينوي متوقع
  ตั้งใจ
before: before prior previous* antes avant precedent до перед մինչև قبل ก่อน
now: now present presently current* actual* actuel* maintenant ahora сейчас нынешн* настоящ* ներկայ* ներկա حالي*
  حاليا ปัจจุบัน ขณะนี้
present: presen* присутств* ներկայութ* حاضر
absent: absent* ausen* отсутств* բացակա* غائب
last: last ultim* dernier* последн* վերջին* آخر ล่าสุด
first: first premier* primer* первы* առաջին* أول แรก
money: money cash argent dinero monto importe montant amount денег деньги деньгам դրամ* نقد* مال أموال أموالا
  مبلغ เงิน
goods: goods biens bienes товар* ապրանք* سلع* สิ่งของ
send: sent send* sender* envoye* envoi* envio* enviar присыл* отправ* ուղարկ* أرسل ارسل ส่ง
receive: receiv* recibi* recu получ* ստաց* تلق* استلم ได้รับ
remittance: remit* remes* fonds перевод* փոխանց* تحويل*
live: live* lives lived vivir vive vit vivait vivia прожив* живет ապր* يعيش อาศัย อยู่
anyone: anyone someone alguien quelqu* alguna кто либо որևէ أحد ใคร
members: such esas elles
birth: birth born naissance* ne nacim* nacio* рожд* ծնն* ծնված* ميلاد ولادة เกิด
citizenship: citizen* nationalit* nacional* ciudadan* citoyen* гражданств* քաղաքացիութ* جنسية สัญชาติ
marital: marital matrimonial civil брачн* семейн* ամուսնական* زواجية สถานภาพสมรส
occupation: occupation* ocupacion* profession* isco profes* профес* մասնագիտութ* مهنة อาชีพ
industry: industr* branche rama isic отрасл* ճյուղ* صناعة อุตสาหกรรม
hours: hours heures horas час* ժամ* ساعات ชั่วโมง
language: language* langue* idioma* язык* լեզու* لغة ภาษา
document: document* papiers visa passport pasaporte документ* փաստաթ* وثيقة เอกสาร
permit: permit* permission* permis permiso* autoris* autoriz* разрешен* թույլտվ* تصريح ใบอนุญาต
channel: channel* canal through средств* канал* ուղի* قناة ช่องทาง
contract: contrat contrato договор* պայմանագ* عقد สัญญา
fee: fee fees frais comision* tarif* cost costs couts costo* расход* վճար* رسوم ค่าธรรมเนียม
transfer: transfer* transfert* transferenc*
frequency: often frequen* souvent frecuen* часто* հաճախ* บ่อย
use: use uses usage* utilis* uso usos использ* օգտագործ* استخدام ใช้
decide: decid* реш* решает որոշ* يقرر ตัดสินใจ
share: share proportion доля բաժին نسبة สัดส่วน
rate: rate taux tasa ставк* อัตรา
loan: loan* borrow* emprunt* pret prestamo* кредит* долг* վարկ* قرض เงินกู้
savings: saving* epargne* ahorro* сбереж* խնայ* مدخرات ออม
skill: skill* competenc* habilid* diplom* навык* հմտ* مهارة ทักษะ
insurance: insuranc* assurance seguro* страхов* ապահովագր* تأمين ประกัน
protection: protection* proteccion* защит* պաշտպան* حماية คุ้มครอง
contact: contact* связь կապ اتصال ติดต่อ
company: alone seul* solo* одна один միայնակ بمفرده คนเดียว
trips: trips voyages viajes поездк* ուղևոր* رحلات
proxy: respond* repondu* proxy informante ответил* պատասխանող* مجيب ผู้ตอบ
wave: wave* rotation* panel rotacion* волна ալիք
paid: paid paye* pagado* pago оплач* վճարված* مدفوع จ่าย
steps: steps demarches pasos шаг* քայլ* خطوات
yes: yes oui si да այո نعم ใช่
no: no non нет ոչ لا ไม่ใช่
man: man men male males homme* hombre* varon* masculin* муж* мужчин* արական* տղամարդ* ذكر رجل رجال ذكور ชาย
woman: woman women female* femme* mujer* feminin* femenin* жен* женщин* իգական* կանայք կին أنثى نساء إناث หญิง
other: other* autre* otro* otra* друг* проч* այլ* أخرى آخر أخر أخرا อื่น
under: under less moins menos менее մինչ أقل น้อยกว่า
more: more plus mas более ավելի أكثر ขึ้นไป
full: complete* complet* entera заверш* полност* ավարտված* مكتملة
partial: partial* partiel* parcial* частичн* մասնակի* جزئية
refusal: refus* rechaz* отказ* հրաժար* رفض ปฏิเสธ
vacant: vacant* vacante desocupada* inoccup* пуст* нежил* դատարկ* شاغر ว่าง
access: access* acces* acceso доступ* մուտք* وصول
satisfaction: satisf* content* удовлетв* доволен* գոհ* رضا พอใจ
price: price* prix precio* цен* գին* سعر ราคา
product: product* produit* producto* customer* client* магазин* shop* store* purchas* brand* magasin* compra*
  tienda* покуп* منتج
opinion: opinion* agree* disagree* accord acuerdo vote* partido party мнен* согласен* կարծիք*
distance: distance* length width height longueur ancho largo диаметр*
"""

_SHORT = """
household: hh hhd hog
person: per pers ind
interview: int intv
number: no num nr nb nro numb ord ordre line ln
identifier: id ids key ser case uid uuid cve llave
year: yr yy anio ano
month: mth mon mm mes
day: dd
weight: wt wgt wght pond fexp fac facexp fact coef pw
stratum: str strat est estr
psu: psu upm ups clust clus cl
region: reg prov gov ent dpto dep dept
urban: urb
rural: rur rural
settlement: loc zona area
sex: sex sx sexe gen
age: age edad
relation: rel relat relac parent
education: ed edu educ educa instr niv isced cine
level: lev lvl niv
marital: mar marit
labour: lf lfs
employed: emp empl
status: st stat cond cnd
activity: act activ
country: ctry cntry pais
occupation: isco ciuo occ ocup
industry: isic ciiu ind
destination: dest
leave: em emi emig emigr migr mig
return: ret retorno
earnings: inc income earn
hours: hrs hours
money: amt monto
remittance: rem remes
result: res result
visit: vis visit
reason: reas raz
birth: birth nac
"""


def _table(text: str) -> dict[str, str]:
    """Return the words of each concept; a line that begins with blanks goes on with the one above."""
    whole = text.strip().replace("\n  ", " ")
    return dict(line.split(": ", maxsplit=1) for line in whole.splitlines())


LEXICON = _table(_WORDS)
"""Words and stems of each concept."""
ABBREVIATIONS = _table(_SHORT)
"""What names of columns are made of, beside whole words."""

ABSENT: dict[str, tuple[str, ...]] = {
    "dont_know": (
        "don't know", "do not know", "dont know", "dk", "doesn't know", "ne sait pas", "nsp", "no sabe", "ns",
        "не знает", "не знаю", "затрудн", "չգիտի", "չգիտեմ", "դժվարանում", "لا يعرف", "لا أعرف", "ไม่ทราบ", "ไม่รู้",
    ),
    "refused": (
        "refus", "refuse to answer", "rechaza", "se niega", "no responde", "отказ от ответа", "отказ", "отказал",
        "հրաժարվ", "رفض", "ไม่ตอบ", "ปฏิเสธ",
    ),
    "not_stated": (
        "not stated", "no answer", "missing", "unspecified", "not specified", "not available", "unknown", "n/a",
        "non declare", "non precise", "sans reponse", "inconnu", "no informa", "no especificado", "sin informacion",
        "se ignora", "ignorado", "не указан", "нет ответа", "нет данных", "նշված չէ", "պատասխան չկա", "غير مبين",
        "غير محدد", "ไม่ระบุ", "ไม่แจ้ง",
    ),
}  # fmt: skip
"""How an absent answer is written, by reason; the start of a label is enough."""
