package catalogue

import (
	"slices"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// Limits of an item. A retrieval of more licences does not fit an entry of the
// ledger; choices are numbered with up to two digits on a keypad.
const (
	maxNeeds    = 16
	maxChoices  = 99
	maxKeepDays = 3650
)

func (rd *reader) item(row *sheet.Row) {
	it := casework.ServiceItem{Code: casework.ItemCode(rd.id(row, "code", itemCode))}
	it.Name, it.NameEN = names(row, "name")
	if id := row.Text("bureau"); id != "" {
		b, ok := rd.bureaus[id]
		if !ok && !rd.broken["bureau"] {
			row.Fault("bureau", sheet.NotDefined, "bureau", id)
		}
		it.Bureau, it.BureauEN = b.name, b.nameEN
	}
	it.Audience = casework.Audience(row.OneOf("audience", string(casework.Personal), string(casework.LegalEntity)))
	it.Demands.Signature = row.Bool("signature")
	it.Demands.Photo = photoRule(row.OneOf("photo", "required", "optional", "none"))
	it.PhotoOf = casework.OfPerson
	if row.Has("photo_of") {
		it.PhotoOf = casework.PhotoOf(row.OneOf("photo_of", string(casework.OfPerson), string(casework.OfDocument)))
	}
	it.Keep = row.Number("keep_days", 1, maxKeepDays)
	it.Basis, it.BasisEN = names(row, "basis")
	it.FormName, it.FormEN = names(row, "form_name")
	it.Needs = rd.needs(row)
	it.Form = rd.form(row, it.Needs)
	row.Done()
	rd.c.byCode[it.Code] = len(rd.c.items)
	rd.c.items = append(rd.c.items, it)
}

func photoRule(word string) casework.PhotoRule {
	switch word {
	case "required":
		return casework.PhotoRequired
	case "optional":
		return casework.PhotoOptional
	}
	return casework.PhotoNone
}

// some reads a list of lines that must hold at least one and at most most.
func some(row *sheet.Row, key string, most int) []*sheet.Row {
	lines := row.Rows(key)
	switch {
	case !row.Has(key):
		row.Fault(key, sheet.KeyMissing, key)
	case len(lines) == 0 && row.IsList(key):
		row.Fault(key, sheet.Empty, key)
	case len(lines) > most:
		row.Fault(key, sheet.TooMany, key, most)
	}
	return lines
}

func (rd *reader) needs(row *sheet.Row) []casework.LicenceNeed {
	var needs []casework.LicenceNeed
	for _, line := range some(row, "needs", maxNeeds) {
		n := casework.LicenceNeed{Kind: casework.LicenceKind(line.Text("kind"))}
		info, known := rd.c.Kind(n.Kind)
		if !known && n.Kind != "" && !rd.broken["kind"] {
			line.Fault("kind", sheet.NotDefined, "kind", string(n.Kind))
		}
		if slices.ContainsFunc(needs, func(o casework.LicenceNeed) bool { return o.Kind == n.Kind }) {
			line.Fault("kind", sheet.Repeated, "kind", string(n.Kind))
		}
		n.Fields = fieldsOf(line, info, known)
		n.Own = slices.DeleteFunc(slices.Clone(n.Fields), func(f casework.FieldID) bool { field, _ := info.Find(f); return !field.Sensitive })
		n.Optional = optional(line, n.Own)
		line.Done()
		needs = append(needs, n)
	}
	return needs
}

func fieldsOf(line *sheet.Row, info casework.KindInfo, known bool) []casework.FieldID {
	if !line.Has("fields") {
		line.Fault("fields", sheet.KeyMissing, "fields")
		return nil
	}
	var fields []casework.FieldID
	names := line.Texts("fields")
	if len(names) == 0 && line.IsList("fields") {
		line.Fault("fields", sheet.Empty, "fields")
	}
	for _, name := range names {
		f := casework.FieldID(name)
		if _, ok := info.Find(f); !ok && known {
			line.Fault("fields", sheet.NoSuchField, string(info.Kind), name)
		}
		if slices.Contains(fields, f) {
			line.Fault("fields", sheet.Repeated, "fields", name)
		}
		fields = append(fields, f)
	}
	return fields
}

// optional reads which sensitive fields the citizen may refuse by themselves.
func optional(line *sheet.Row, own []casework.FieldID) []casework.FieldID {
	var list []casework.FieldID
	for _, name := range line.Texts("optional") {
		f := casework.FieldID(name)
		if !slices.Contains(own, f) {
			line.Fault("optional", sheet.NotSensitive, name)
		}
		list = append(list, f)
	}
	return list
}

func (rd *reader) form(row *sheet.Row, needs []casework.LicenceNeed) []casework.FormField {
	var form []casework.FormField
	for _, line := range some(row, "form", 100) {
		id := line.Text("field")
		f := casework.FormField{Field: casework.FieldID(id), Required: line.Bool("required")}
		if id != "" && !identifier.MatchString(id) {
			line.Fault("field", sheet.WantName, "field")
		}
		if slices.ContainsFunc(form, func(o casework.FormField) bool { return o.Field == f.Field }) {
			line.Fault("field", sheet.Repeated, "field", id)
		}
		f.Label, f.LabelEN = names(line, "label")
		f.Kind, f.From = source(line, needs)
		f.Choices = choices(line)
		switch {
		case f.Required && refusable(needs, f.Kind, f.From):
			line.Fault("required", sheet.MayBeRefused, string(f.Kind)+"."+string(f.From))
		case line.Has("from") && line.Has("choices"):
			line.Fault("from", sheet.SourceAndOwn)
		case f.Required && !line.Has("from") && !line.Has("choices"):
			line.Fault("from", sheet.NoSource)
		}
		line.Done()
		form = append(form, f)
	}
	return form
}

// source reads from = "kind.field", which must be among what the item asks.
func source(line *sheet.Row, needs []casework.LicenceNeed) (casework.LicenceKind, casework.FieldID) {
	if !line.Has("from") {
		return "", ""
	}
	from := line.Text("from")
	kind, field, ok := strings.Cut(from, ".")
	switch {
	case from == "":
		return "", ""
	case !ok || kind == "" || field == "":
		line.Fault("from", sheet.SourceShape, from)
	case !asked(needs, kind, field):
		line.Fault("from", sheet.NotAsked, from)
	}
	return casework.LicenceKind(kind), casework.FieldID(field)
}

func asked(needs []casework.LicenceNeed, kind, field string) bool {
	for _, n := range needs {
		if string(n.Kind) == kind && slices.Contains(n.Fields, casework.FieldID(field)) {
			return true
		}
	}
	return false
}

func refusable(needs []casework.LicenceNeed, kind casework.LicenceKind, field casework.FieldID) bool {
	return slices.ContainsFunc(needs, func(n casework.LicenceNeed) bool { return n.Kind == kind && slices.Contains(n.Optional, field) })
}

func choices(line *sheet.Row) []casework.Choice {
	if !line.Has("choices") {
		return nil
	}
	var list []casework.Choice
	for _, row := range some(line, "choices", maxChoices) {
		var c casework.Choice
		c.Value = row.Text("value")
		if c.EN = row.Maybe("en"); c.EN == "" {
			c.EN = c.Value
		}
		if slices.ContainsFunc(list, func(o casework.Choice) bool { return o.Value == c.Value }) {
			row.Fault("value", sheet.Repeated, "value", c.Value)
		}
		row.Done()
		list = append(list, c)
	}
	return list
}
