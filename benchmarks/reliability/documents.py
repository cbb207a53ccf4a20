"""The documents of the archive, which refer to its images: key objects, reports, presentation states."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from reliability.headers import by_series, by_study, code, header_of, reference
from reliability.naming import COMPREHENSIVE_SR, KEY_OBJECTS, PRESENTATION_STATE, Named

if TYPE_CHECKING:
    from collections.abc import Iterable


def make_key_objects(study: int, index: int, images: list[Named]) -> Dataset:
    """Return a Key Object Selection of `images`, which may be of two studies."""
    named = Named(study, "key", index, KEY_OBJECTS)
    document = header_of(named, "KO")
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.CurrentRequestedProcedureEvidenceSequence = by_study(images)
    items = [_text("Please look at these"), *(_image(each, "CONTAINS") for each in images)]
    return _container(document, ("113000", "DCM", "Of Interest"), items)


def make_report(study: int, index: int, images: list[Named]) -> Dataset:
    """Return a Comprehensive SR that names images two and more levels deep, and one by its UID alone."""
    named = Named(study, "report", index, COMPREHENSIVE_SR)
    document = header_of(named, "SR")
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.PerformedProcedureCodeSequence = Sequence()
    document.CompletionFlag, document.VerificationFlag = "COMPLETE", "UNVERIFIED"
    here = [each for each in images if each.study == study]
    elsewhere = [each for each in images if each.study != study]
    document.CurrentRequestedProcedureEvidenceSequence = by_study(here)
    if elsewhere:
        document.PertinentOtherEvidenceSequence = by_study(elsewhere)
    findings = _item("CONTAINS", "CONTAINER", ("121070", "DCM", "Findings"))
    findings.ContinuityOfContent = "SEPARATE"
    findings.ContentSequence = Sequence(
        [_measured(images[0]), *(_image(each, "CONTAINS") for each in images)]
    )
    named_alone = _item("CONTAINS", "UIDREF", ("121126", "DCM", "Referenced image"))
    named_alone.UID = images[-1].uid
    items = [_text("Nothing remarkable"), findings, named_alone]
    return _container(document, ("18782-3", "LN", "Radiology Study observation"), items)


def make_presentation_state(study: int, index: int, images: list[Named]) -> Dataset:
    """Return a Grayscale Softcopy Presentation State of `images`, all of one study."""
    named = Named(study, "state", index, PRESENTATION_STATE)
    state = header_of(named, "PR")
    state.ContentLabel, state.ContentDescription, state.ContentCreatorName = "TRIAL", "As seen", "Trial^Otto"
    state.PresentationCreationDate, state.PresentationCreationTime = state.StudyDate, state.StudyTime
    state.ReferencedSeriesSequence = by_series(images, "ReferencedImageSequence")
    area, layer, drawn = Dataset(), Dataset(), Dataset()
    area.ReferencedImageSequence = Sequence(map(reference, images))
    area.DisplayedAreaTopLeftHandCorner, area.DisplayedAreaBottomRightHandCorner = [1, 1], [64, 48]
    area.PresentationSizeMode, area.PresentationPixelAspectRatio = "SCALE TO FIT", [1, 1]
    layer.GraphicLayer, layer.GraphicLayerOrder = "NOTES", 1
    drawn.ReferencedImageSequence = Sequence([reference(images[0])])
    drawn.GraphicLayer = "NOTES"
    drawn.TextObjectSequence = Sequence([_note("See here")])
    state.DisplayedAreaSelectionSequence, state.GraphicLayerSequence = Sequence([area]), Sequence([layer])
    state.GraphicAnnotationSequence = Sequence([drawn])
    state.PresentationLUTShape = "IDENTITY"
    return state


def _note(words: str) -> Dataset:
    note = Dataset()
    note.UnformattedTextValue, note.AnchorPoint, note.AnchorPointVisibility = words, [8.0, 8.0], "N"
    note.AnchorPointAnnotationUnits = "PIXEL"
    return note


def _container(document: Dataset, title: tuple[str, str, str], items: Iterable[Dataset]) -> Dataset:
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"
    document.ConceptNameCodeSequence = code(*title)
    document.ContentSequence = Sequence(items)
    return document


def _item(relation: str, kind: str, name: tuple[str, str, str] | None = None) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relation, kind
    if name is not None:
        item.ConceptNameCodeSequence = code(*name)
    return item


def _text(words: str) -> Dataset:
    item = _item("CONTAINS", "TEXT", ("113012", "DCM", "Key Object Description"))
    item.TextValue = words
    return item


def _image(named: Named, relation: str) -> Dataset:
    item = _item(relation, "IMAGE")
    item.ReferencedSOPSequence = Sequence([reference(named)])
    return item


def _measured(named: Named) -> Dataset:
    """Return a length that was measured in a picture: NUM, below it SCOORD, below that IMAGE."""
    number, line, value = (
        _item("CONTAINS", "NUM", ("410668003", "SCT", "Length")),
        _item("INFERRED FROM", "SCOORD", ("121055", "DCM", "Path")),
        Dataset(),
    )
    value.NumericValue, value.MeasurementUnitsCodeSequence = "12.5", code("mm", "UCUM", "mm")
    number.MeasuredValueSequence = Sequence([value])
    line.GraphicType, line.GraphicData = "POLYLINE", [1.0, 1.0, 9.0, 9.0]
    line.ContentSequence = Sequence([_image(named, "SELECTED FROM")])
    number.ContentSequence = Sequence([line])
    return number
