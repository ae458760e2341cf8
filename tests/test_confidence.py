"""How sure a reading is: the rule of data model, section 5, as tables of cases."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pfocr_ld.confidence import Assessment, ReadingInput, assess_readings
from pfocr_ld.organisms import model_organisms, tell_organism
from pfocr_ld.word_lists import common_words, function_words
from pfocr_ld.written_forms import compare_word, prepare_name, read_text

READING_KINDS = [
    # word, matched term, how the one became the other
    ("JAK", "JAK", "exact"),
    ("L-tyrosine", "", "exact"),  # the source names no term: the word is the term
    ("", "", "exact"),
    ("Etk", "ETK", "normalized"),
    ("AR*", "AR", "normalized"),
    ("(Src", "SRC", "normalized"),
    ("IL 6", "IL-6", "normalized"),
    ("IL6", "IL-6", "normalized"),
    ("АКТ", "AKT", "normalized"),  # Cyrillic
    ("TNF-α", "TNFA", "normalized"),
    ("TNFα", "TNF-ALPHA", "normalized"),
    ("TNFalpha", "TNFA", "normalized"),
    ("NF-κB", "NFKB", "normalized"),
    ("NF-kappaB", "NF-kB", "normalized"),
    ("β-catenin", "BETA-CATENIN", "normalized"),
    ("IFNγ", "IFNG", "normalized"),
    ("PKCδ", "PKCD", "normalized"),
    ('"p53"', "P53", "normalized"),
    ("Fatty acid", "Fatty Acids", "normalized"),  # a plural
    ("JNKs", "JNK", "normalized"),
    ("cytokines&chemokines", "CHEMOKINE", "part"),
    ("IL-6/IL-10", "IL-6", "part"),
    ("IL-6/IL-10", "IL-10", "part"),
    ("Ga12,Gaq", "G-ALPHA-q", "part"),
    ("Wnt/β-catenin", "WNT", "part"),
    ("Wnt/β-catenin", "BETA-CATENIN", "part"),
    ("p-AKT", "AKT", "part"),
    ("JAK-STAT", "JAK", "part"),
    ("STAT3 (dimer)", "STAT3", "part"),
    ("LRP5/6", "LRP5", "part"),
    ("LRP5/6", "LRP6", "expanded"),
    ("RS1/2", "RS2", "expanded"),
    ("MEK 1,2", "MEK2", "expanded"),
    ("Smad2/3/4", "SMAD4", "expanded"),
    ("JNK1-3", "JNK2", "expanded"),
    ("JNK1-3", "JNK3", "expanded"),
    ("PKCα/β", "PKCB", "expanded"),
    ("IL-1α/β", "IL1B", "expanded"),
    ("caspase-3/7", "CASPASE-7", "expanded"),
    ("JAKI", "JAKL", "substituted"),
    ("NIK", "NLK", "substituted"),
    ("JNK1-3", "JNK4", "substituted"),
    ("AT,R", "AR", "substituted"),
    ("PI(3,4)P2", "PI3", "substituted"),
    ("AKTIVE", "AKT", "substituted"),
    ("AKT", "...", "substituted"),
    ("a" * 100_000, "AKT", "substituted"),  # in no time
    ("a1-" * 50_000, "a2", "substituted"),
]


@pytest.mark.parametrize(("word", "term", "kind"), READING_KINDS)
def test_how_a_word_became_its_term(word: str, term: str, kind: str) -> None:
    assert compare_word(word, term).kind == kind


HELD = [
    # text, a name, whether the text holds it
    ("The role of JAK3 in T cells", "JAK3", True),
    ("the role of jak3", "JAK3", True),
    ("JAK-STAT signaling", "STAT", True),
    ("JAK/STAT3 signaling", "STAT3", True),
    ("Interleukin-6 (IL-6), IL-10", "IL6", True),
    ("IL6 signals", "IL-6", True),
    ("TNF-α and TNF-alpha", "TNFA", True),
    ("АКТ1 in Cyrillic", "AKT1", True),
    ("JAK3s", "JAK3", False),
    ("upstream of STAT3", "TREAM", False),
    ("the AR pathway", "AR", True),
    ("or the ar pathway", "AR", False),  # short names keep their case
    ("Etk/Bmx kinases", "BMX", True),  # but for a capital, which says that it is a symbol
    ("Etk/bmx kinases", "BMX", False),
    ("Il6, Src and Fas", "FAS", True),
    ("Met is not met", "MET", False),
    ("MET signaling", "MET", True),
    ("the rest of them", "REST", False),  # common words say nothing
    ("Rest assured", "REST", False),
    ("REST, a repressor", "REST", True),  # but a symbol in capitals does
    ("reactive - oxygen species rise", "Reactive Oxygen Species", True),
    ("AKT " + "a-" * 100_000, "AKT", True),
    ("AKT " + "a-" * 100 + "\tJAK3", "JAK3", True),
    ("a" * 99 + " " + "-AKT" * 50, "AKT", True),
    ("a" * 99 + " " + "-AKT" * 51, "AKT", False),  # no name stands in a word of more than 200 letters
    ("reactive oxygen species rise", "Reactive Oxygen Species", True),
    ("reactive oxygen", "Reactive Oxygen Species", False),
    ("hepatocellular carcinoma (HCC)", "hepatocellular carcinoma", True),
    ("", "JAK3", False),
    ("anything", "", False),
    ("anything", "*", False),
]


@pytest.mark.parametrize(("text", "name", "held"), HELD)
def test_what_a_text_holds(text: str, name: str, held: bool) -> None:
    assert read_text([text]).holds(prepare_name(name, common_words())) is held


def gene(word: str, term: str, lexicon: str, ids: str, names: str, organism: str = "9606") -> ReadingInput:
    return ReadingInput("gene", word, term, lexicon, organism, tuple(ids.split()), tuple(names.split()))


def chemical(word: str, term: str = "", name: str = "") -> ReadingInput:
    return ReadingInput("chemical", word, term, "mesh", "", ("D1",), (name,) if name else ())


AKT1 = gene("AKT1", "AKT1", "hgnc_symbol", "207", "AKT1")
JAK = gene("JAK", "JAK", "bioentities_symbol", "3716 3717 3718 7297", "JAK1 JAK2 JAK3 TYK2")
JAKI = gene("JAKI", "JAKL", "hgnc_alias_symbol", "3718", "JAK3")
SOAT1 = gene("STAT", "STAT", "hgnc_alias_symbol", "6646", "SOAT1")
STATS = gene("STAT", "STAT", "bioentities_symbol", "6772 6773", "STAT1 STAT2")
IRF6 = gene("LPS", "LPS", "hgnc_alias_symbol", "3664", "IRF6")
LPS = chemical("LPS")
NLK = gene("NIK", "NLK", "hgnc_symbol", "51701", "NLK")
ETK = gene("Etk", "ETK", "hgnc_alias_symbol", "660", "BMX")
P38 = gene("P38", "P38", "ncbigene_synonym", "1432 10598", "MAPK14 AHSA1")
COX2 = gene("COX2", "COX2", "hgnc_symbol", "4513", "COX2")
PTGS2 = gene("COX2", "COX2", "ncbigene_synonym", "5743", "PTGS2")
AKT_FIRST = gene("AKT", "AKT", "ncbigene_synonym", "207", "AKT1")
AKT_FAMILY = gene("AKT", "AKT", "famplex_relations", "207 208 10000", "AKT1 AKT2 AKT3")
SLOW = gene("slow", "slow", "ncbigene_symbol", "31391", "slow")
AR = gene("AR", "AR", "hgnc_symbol", "367", "AR")
MET = gene("MET", "MET", "hgnc_symbol", "4233", "MET")
LEVELS = [
    # the reading, the others of its record, the record's text, whether corroborated, how sure
    (AKT1, [], "", False, "high"),
    (AKT1, [], "AKT1 signaling", True, "high"),
    (JAK, [], "", False, "high"),
    (JAK, [], "JAK-STAT signaling pathway", True, "high"),
    (chemical("glucose"), [], "", False, "high"),
    (ETK, [], "", False, "medium"),
    (ETK, [], "Etk kinase", False, "medium"),  # the word was read right: that says nothing of its meaning
    (ETK, [], "Tyrosine kinases Etk/Bmx", True, "high"),
    (JAKI, [], "", False, "low"),
    (JAKI, [], "JAK3 signals", True, "medium"),
    (NLK, [], "", False, "low"),
    (SOAT1, [], "", False, "medium"),
    (SOAT1, [STATS], "", False, "low"),
    (SOAT1, [STATS], "SOAT1", True, "medium"),
    (STATS, [SOAT1], "", False, "high"),
    (AKT_FIRST, [AKT_FAMILY], "", False, "medium"),  # the family contains it
    (PTGS2, [COX2], "", False, "low"),
    (COX2, [PTGS2], "", False, "high"),
    (IRF6, [], "LPS", False, "low"),
    (IRF6, [LPS], "LPS", False, "low"),
    (AKT1, [chemical("AKT1")], "", False, "medium"),
    (JAK, [chemical("JAK")], "", False, "high"),
    (LPS, [IRF6], "", False, "high"),
    (P38, [], "", False, "low"),
    (P38, [], "MAPK14", True, "low"),  # AHSA1 is still not meant
    (SLOW, [], "", False, "low"),
    (SLOW, [], "slow growth", False, "low"),
    (gene("ON", "ON", "ncbigene_symbol", "1", "on"), [], "ON and OFF", False, "low"),
    (gene("did", "did", "ncbigene_symbol", "1", "did"), [], "as we did", False, "low"),
    (AR, [], "", False, "low"),
    (AR, [], "the AR", True, "medium"),
    (MET, [], "", False, "high"),
    (gene("met", "MET", "hgnc_symbol", "4233", "MET"), [], "", False, "low"),
    (gene("MET", "MET", "ncbigene_synonym", "2", "XYZ2"), [], "", False, "low"),  # no official symbol
    (
        gene("tube", "TUBE", "ncbigene_synonym", "51175", "TUBE1"),
        [],
        "",
        False,
        "low",
    ),  # as a word is written
    (gene("pole", "POLE", "ncbigene_symbol", "5426", "POLE"), [], "", False, "medium"),
    (gene("src", "SRC", "hgnc_symbol", "6714", "SRC"), [], "c-Src kinase", True, "high"),
    (gene("p53", "P53", "ncbigene_synonym", "7157", "TP53"), [], "", False, "medium"),
    (gene("ATP", "ATP", "ncbigene_synonym", "51761", "ATP8A2"), [], "", False, "low"),  # rarely a gene
    (gene("Thr", "THR", "ncbigene_synonym", "7068", "THRB"), [], "THRB", True, "medium"),
    (gene("ATP.", "ATP", "new_lexicon", "51761", "ATP8A2"), [chemical("ATP")], "", False, "low"),
    (gene("Wnt/on", "ON", "hgnc_symbol", "1", "ON"), [], "", False, "low"),
    (gene("Xyz", "xyz", "new_lexicon", "1", "XYZ1"), [], "", False, "medium"),
    (chemical("the"), [], "", False, "low"),
    (chemical("iron", "iron", "iron"), [], "iron", True, "high"),
    (chemical("K+"), [], "", False, "low"),
    (gene("AKT1", "", "hgnc_symbol", "207", "AKT1"), [], "", False, "high"),
    (gene("AKT1", "AKT1", "hgnc_symbol", "", ""), [], "", False, "high"),
]


@pytest.mark.parametrize(("reading", "others", "text", "corroborated", "confidence"), LEVELS)
def test_how_sure_a_reading_is(
    reading: ReadingInput, others: list[ReadingInput], text: str, corroborated: bool, confidence: str
) -> None:
    assessment = assess_readings([reading, *others], [text])[0]
    assert (assessment.corroborated, assessment.confidence) == (corroborated, confidence)


HUMAN = [gene(f"AKT{i}", f"AKT{i}", "ncbigene_symbol", str(i), f"AKT{i}") for i in range(4)]
ORGANISMS = [
    # the organism of a strict symbol, the words matched in another, its name, the record's text, how sure
    ("9606", 0, "", "high"),
    ("9606", 2, "", "high"),
    ("9606", 3, "", "medium"),  # fewer than half as many
    ("9606", 3, "in patients", "high"),
    ("9606", 0, "in mice", "high"),  # by orthology, as authors write it
    ("9606", 0, "Gene 7 in C. elegans", "low"),  # but not this far
    ("9606", 0, "ABC1 in rice leaves", "low"),  # whatever the text corroborates
    ("9606", 0, "ABC1 in yeast and mice", "high"),
    ("9606", 0, "E. coli", "high"),
    ("7227", 0, "", "medium"),
    ("7227", 1, "", "low"),
    ("7227", 1, "in Drosophila melanogaster", "high"),
    ("7227", 4, "flies fed with sugar", "high"),
    ("7227", 1, "The fly's eye", "high"),
    ("7227", 0, "in patients", "low"),
    ("7227", 1, "ABC1 in patients", "low"),  # orthologs share their symbols
    ("10090", 1, "murine cells", "high"),
]


@pytest.mark.parametrize(("organism", "others", "text", "confidence"), ORGANISMS)
def test_an_organism_that_the_record_does_not_support_costs_steps(
    organism: str, others: int, text: str, confidence: str
) -> None:
    reading = gene("ABC1", "ABC1", "ncbigene_symbol", "30", "ABC1", organism)
    other = "10116" if organism == "9606" else "9606"
    more = [gene(f"AKT{i}", f"AKT{i}", "ncbigene_symbol", str(i), f"AKT{i}", other) for i in range(others)]
    assert assess_readings([reading, *more], [text])[0].confidence == confidence


def test_a_name_that_the_source_gives_its_organism_supports_it() -> None:
    reading = gene("Dod", "Dod", "ncbigene_symbol", "30", "Dod", "6087")._replace(
        organism_name="Hydra vulgaris"
    )
    assert assess_readings([reading, AKT1], ["in Hydra vulgaris"])[0].confidence == "high"
    assert assess_readings([reading, AKT1], ["in Hydra"])[0].confidence == "low"


def test_the_lists_of_words_hold_words() -> None:
    assert 3_500 < len(common_words()) < 4_500
    assert function_words() < common_words()
    assert all(word.isalpha() and word.islower() for word in common_words())
    assert {"slow", "did", "on"} <= common_words()


def test_each_organism_has_names() -> None:
    assert tell_organism("10090") == "Mus musculus (taxon 10090)"
    assert tell_organism("0") == "taxon 0"
    assert all(one.taxon_id.isdecimal() and all(one.usual_names) for one in model_organisms())
    groups = {one.group for one in model_organisms()}
    assert groups == {"vertebrate", "invertebrate", "plant", "fungus", "bacterium"}


TEXTS = st.text(max_size=30) | st.sampled_from(["JAK/STAT", "AKT1", "IL-6/10", "TNF-α", "slow", "JNK1-3"])
READINGS = st.builds(
    ReadingInput,
    kind=st.sampled_from(["gene", "chemical", "disease"]),
    word=TEXTS,
    matched_term=TEXTS,
    lexicon=st.sampled_from(["hgnc_symbol", "ncbigene_synonym", "bioentities_symbol", "mesh", "new", ""]),
    organism=st.sampled_from(["9606", "10090", "7227", ""]),
    entities=st.lists(st.sampled_from("123"), max_size=3, unique=True).map(tuple),
    names=st.lists(TEXTS, max_size=3).map(tuple),
)


@pytest.mark.slow
@given(st.lists(READINGS, max_size=8), st.lists(st.text(max_size=60), max_size=4), st.randoms())
def test_any_record_is_assessed_whatever_its_order(
    readings: list[ReadingInput], texts: list[str], random: object
) -> None:
    assessments = assess_readings(readings, texts)
    assert len(assessments) == len(readings)
    assert {one.confidence for one in assessments} <= {"low", "medium", "high"}
    by_reading = dict(zip(readings, assessments, strict=True))
    order = list(range(len(readings)))
    random.shuffle(order)  # type: ignore[attr-defined]
    again: list[Assessment] = assess_readings([readings[i] for i in order], texts[::-1])
    assert [by_reading[readings[i]] for i in order] == again


@pytest.mark.slow
@given(READINGS, st.lists(READINGS, max_size=6))
def test_what_speaks_for_a_reading_never_makes_it_less_sure(
    reading: ReadingInput, others: list[ReadingInput]
) -> None:
    levels = ["low", "medium", "high"]
    without, *_ = assess_readings([reading, *others], [])
    corroborated, *_ = assess_readings([reading, *others], list(reading.names))
    assert levels.index(corroborated.confidence) >= levels.index(without.confidence)
