package catalogue

import (
	"regexp"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
)

// Identifiers become parts of messages, commitments and file names.
var identifier = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)

// An item's code is opaque, but it is printed and searched.
var itemCode = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]{0,63}$`)

type bureau struct{ name, nameEN string }

// reader builds a catalogue from the rows of a file.
type reader struct {
	c       *Catalogue
	bureaus map[string]bureau
	lines   map[string]int  // "block id" → line of the first row with it
	broken  map[string]bool // blocks of which one could not be read: what they define is not known
}

func read(rows []*sheet.Row, report *sheet.Report) *Catalogue {
	rd := &reader{
		c: &Catalogue{byHall: map[casework.HallID]int{}, byKind: map[casework.LicenceKind]int{},
			byCode: map[casework.ItemCode]int{}},
		bureaus: map[string]bureau{},
		lines:   map[string]int{},
		broken:  map[string]bool{},
	}
	// Items name bureaus and kinds, so these come first wherever they stand.
	count := map[string]int{}
	for _, row := range rows {
		count[row.Block]++
		if row.Broken {
			rd.broken[row.Block] = true
		} else {
			rd.define(row)
		}
	}
	for _, row := range rows {
		if row.Block == "item" && row.Double && !row.Broken {
			rd.item(row)
		}
	}
	for _, block := range []string{"hall", "bureau", "kind", "item"} {
		if count[block] == 0 && report.Clean() {
			report.Add(1, "", sheet.BlockMissing, block)
		}
	}
	return rd.c
}

func (rd *reader) define(row *sheet.Row) {
	switch {
	case row.Block == "":
		row.Done() // every key before the first block is unknown
	case !strings.Contains(" hall bureau kind item ", " "+row.Block+" "):
		row.Fault("", sheet.BlockUnknown, row.Block, "hall, bureau, kind, item")
	case !row.Double:
		row.Fault("", sheet.BlockSingle, row.Block)
	case row.Block == "hall":
		rd.hall(row)
	case row.Block == "bureau":
		rd.bureau(row)
	case row.Block == "kind":
		rd.kind(row)
	}
}

// id reads the row's identifier, and refuses it when it has a wrong shape or
// was used before.
func (rd *reader) id(row *sheet.Row, key string, shape *regexp.Regexp) string {
	id := row.Text(key)
	if id == "" {
		return ""
	}
	row.Title = row.Block + " " + id
	if !shape.MatchString(id) {
		row.Fault(key, sheet.WantName, key)
		return ""
	}
	if first, twice := rd.lines[row.Title]; twice {
		row.Fault(key, sheet.Twice, key, id, first)
		return ""
	}
	rd.lines[row.Title] = row.LineOf(key)
	return id
}

// names reads a name in Chinese and in English; without an English one the
// Chinese one stands for both.
func names(row *sheet.Row, key string) (string, string) {
	name := row.Text(key)
	english := row.Maybe(key + "_en")
	if english == "" {
		english = name
	}
	return name, english
}

func (rd *reader) hall(row *sheet.Row) {
	h := Hall{ID: casework.HallID(rd.id(row, "id", identifier))}
	h.Name, h.NameEN = names(row, "name")
	row.Done()
	rd.c.byHall[h.ID] = len(rd.c.halls)
	rd.c.halls = append(rd.c.halls, h)
}

func (rd *reader) bureau(row *sheet.Row) {
	var b bureau
	id := rd.id(row, "id", identifier)
	b.name, b.nameEN = names(row, "name")
	row.Done()
	rd.bureaus[id] = b
}

// typeCodeLength is that of the type code in a 电子证照标识 (GB/T 36904-2018).
const typeCodeLength = 21

func (rd *reader) kind(row *sheet.Row) {
	k := casework.KindInfo{Kind: casework.LicenceKind(rd.id(row, "kind", identifier))}
	k.Name, k.NameEN = names(row, "name")
	k.TypeCode = row.Maybe("type_code")
	if n := len(k.TypeCode); n != 0 && n != typeCodeLength {
		row.Fault("type_code", sheet.TypeCode, n)
	}
	for _, line := range row.Rows("fields") {
		k.Fields = append(k.Fields, rd.field(line, k))
	}
	if row.Has("fields") && len(k.Fields) == 0 {
		row.Fault("fields", sheet.Empty, "fields")
	} else if !row.Has("fields") {
		row.Fault("fields", sheet.KeyMissing, "fields")
	}
	k.Entity = row.Bool("entity")
	k.Holder, k.Representative = fieldIn(row, "holder", k), fieldIn(row, "representative", k)
	row.Done()
	rd.c.byKind[k.Kind] = len(rd.c.kinds)
	rd.c.kinds = append(rd.c.kinds, k)
}

// fieldIn reads which of the kind's fields has a part; none has where the key is
// left out.
func fieldIn(row *sheet.Row, key string, k casework.KindInfo) casework.FieldID {
	id := casework.FieldID(row.Maybe(key))
	if info, ok := k.Find(id); id != "" && (!ok || info.Question != nil) {
		row.Fault(key, sheet.NoSuchField, string(k.Kind), string(id))
	}
	return id
}

func (rd *reader) field(line *sheet.Row, k casework.KindInfo) casework.FieldInfo {
	id := line.Text("field")
	f := casework.FieldInfo{Field: casework.FieldID(id), Sensitive: line.Bool("sensitive")}
	f.Name, f.NameEN = names(line, "name")
	f.Question = question(line, k)
	if line.Has("typed") {
		f.Typed = casework.Typed(line.OneOf("typed", string(casework.TypedCitizenNumber), string(casework.TypedCreditCode), string(casework.TypedDate)))
	}
	if id != "" && !identifier.MatchString(id) {
		line.Fault("field", sheet.WantName, "field")
	} else if _, twice := k.Find(f.Field); twice && id != "" {
		line.Fault("field", sheet.Repeated, "field", id)
	}
	line.Done()
	return f
}

// maxYears bounds what a question of years can ask.
const maxYears = 150

// question reads of = "field" with years = 18 or one_of = […]. What it asks
// about is a value, and stands above it.
func question(line *sheet.Row, k casework.KindInfo) *casework.Question {
	if !line.Has("of") {
		return nil
	}
	q := &casework.Question{Of: casework.FieldID(line.Text("of")), OneOf: line.Texts("one_of")}
	if info, ok := k.Find(q.Of); q.Of != "" && (!ok || info.Question != nil) {
		line.Fault("of", sheet.NoSuchField, string(k.Kind), string(q.Of))
	}
	switch {
	case line.Has("years") && line.Has("one_of"):
		line.Fault("of", sheet.TwoQuestions)
	case !line.Has("one_of"):
		q.Years = line.Number("years", 1, maxYears)
	case len(q.OneOf) == 0 && line.IsList("one_of"):
		line.Fault("one_of", sheet.Empty, "one_of")
	}
	return q
}
