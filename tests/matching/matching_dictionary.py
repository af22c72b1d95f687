"""A small CSPro dictionary of a survey with emigrants, as an office would write it."""

from __future__ import annotations

TEXT = """\
[Dictionary]
Version=CSPro 7.7
Label=Encuesta de hogares y migración
Name=EHM_DICT
[Level]
Label=Cuestionario
Name=CUEST
[IdItems]
[Item]
Label=Número de hogar
Name=HOGAR
Start=2
Len=5
[Record]
Label=Hogar
Name=HOG
[Item]
Label=Departamento
Name=DEP
Start=7
Len=1
[ValueSet]
Label=Departamento
Name=DEP_VS1
Value=1;Norte Chico
Value=2;Valle Alto
Value=3;Costa Brava
[Item]
Label=Área de residencia
Name=AREA
Start=8
Len=1
[ValueSet]
Name=AREA_VS1
Value=1;Urbana
Value=2;Rural
[Item]
Label=Factor de expansión del hogar
Name=FEX
Start=9
Len=9
[Record]
Label=Personas
Name=PER
MaxRecords=30
[Item]
Label=Número de línea
Name=LIN
Start=7
Len=2
[Item]
Label=Sexo
Name=P02
Start=9
Len=1
[ValueSet]
Name=P02_VS1
Value=1;Mujer
Value=2;Hombre
Value=9;No responde
Special=MISSING
[Item]
Label=Edad en años cumplidos
Name=P03
Start=10
Len=2
[Record]
Label=Personas que se fueron a otro país
Name=EMI
MaxRecords=9
[Item]
Label=Número de línea de la persona que se fue
Name=E00
Start=7
Len=2
[Item]
Label=Sexo de la persona que se fue
Name=E01
Start=9
Len=1
[ValueSet]
Name=E01_VS1
Value=1;Hombre
Value=2;Mujer
[Item]
Label=País de residencia en el exterior
Name=E02
Start=10
Len=2
[ValueSet]
Name=E02_VS1
Value=1;Alemania
Value=2;Noruega
Value=3;Namibia
Value=4;Otro planeta
Value=98;No sabe
[Item]
Label=Motivo principal de la salida
Name=E03
Start=12
Len=1
[ValueSet]
Name=E03_VS1
Value=1;Estudio
Value=2;Búsqueda de trabajo
Value=3;Clima
[Item]
Label=Año de la última salida
Name=E04
Start=13
Len=4
"""
