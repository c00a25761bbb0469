package sheet

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Row is one block of a file, or one { … } line within a block. Every reading
// method reports what is wrong and then returns the zero value, so that reading
// goes on and finds the other problems.
type Row struct {
	Block  string // name of the block; "" before the first header
	Double bool   // written [[block]]
	Broken bool   // could not be decoded, as the report says: it has no keys, and nothing follows from that
	Line   int    // of the header, or of the line
	Title  string // how problems name it; the reader may set it to something found faster

	values map[string]any
	asked  []string
	place  places
	first  int // line number of the block's first line
	report *Report
}

// LineOf returns the line of a key, or of the row when the key is not there.
func (r *Row) LineOf(key string) int {
	if line, ok := r.place.key[key]; ok {
		return r.first + line
	}
	return r.Line
}

// Fault reports a problem at a key.
func (r *Row) Fault(key string, fault Fault, args ...any) {
	r.report.Add(r.LineOf(key), r.Title, fault, args...)
}

// Has reports whether the key is there; it counts as known from then on.
func (r *Row) Has(key string) bool {
	_, ok := r.value(key)
	return ok
}

func (r *Row) value(key string) (any, bool) {
	if !slices.Contains(r.asked, key) {
		r.asked = append(r.asked, key)
	}
	v, ok := r.values[key]
	return v, ok
}

// IsList reports whether the key holds a list of any kind.
func (r *Row) IsList(key string) bool {
	v, _ := r.value(key)
	switch v.(type) {
	case []any, []map[string]any:
		return true
	}
	return false
}

// Text returns a text that must be there and not be empty.
func (r *Row) Text(key string) string {
	if !r.Has(key) {
		r.Fault(key, KeyMissing, key)
		return ""
	}
	s, ok := r.text(key)
	if ok && s == "" {
		r.Fault(key, Empty, key)
	}
	return s
}

// Maybe returns a text that may be missing or empty.
func (r *Row) Maybe(key string) string {
	s, _ := r.text(key)
	return s
}

func (r *Row) text(key string) (string, bool) {
	v, ok := r.value(key)
	if !ok {
		return "", false
	}
	s, ok := v.(string)
	if !ok {
		r.Fault(key, WantText, key)
	}
	return strings.TrimSpace(s), ok
}

// OneOf returns a text that must be one of the choices.
func (r *Row) OneOf(key string, choices ...string) string {
	s := r.Text(key)
	if s != "" && !slices.Contains(choices, s) {
		r.Fault(key, NotOneOf, key, s, strings.Join(choices, ", "))
		return ""
	}
	return s
}

// Number returns a whole number between least and most that must be there.
func (r *Row) Number(key string, least, most int) int {
	v, ok := r.value(key)
	if !ok {
		r.Fault(key, KeyMissing, key)
		return 0
	}
	n, ok := v.(int64)
	switch {
	case !ok:
		r.Fault(key, WantNumber, key)
	case n < int64(least) || n > int64(most):
		r.Fault(key, OutOfRange, key, strconv.Itoa(least), strconv.Itoa(most))
	default:
		return int(n)
	}
	return 0
}

// Bool returns true or false; a missing key is false.
func (r *Row) Bool(key string) bool {
	v, ok := r.value(key)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		r.Fault(key, WantBool, key)
	}
	return b
}

// Texts returns a list of texts; a missing key is an empty list.
func (r *Row) Texts(key string) []string {
	v, ok := r.value(key)
	if !ok {
		return nil
	}
	list, ok := v.([]any)
	var texts []string
	for _, e := range list {
		s, isText := e.(string)
		ok = ok && isText && s != ""
		texts = append(texts, s)
	}
	if !ok {
		r.Fault(key, WantList, key)
		return nil
	}
	return texts
}

// Rows returns a list of { … } lines, each with its own line number; a missing
// key is an empty list.
func (r *Row) Rows(key string) []*Row {
	v, ok := r.value(key)
	if !ok {
		return nil
	}
	tables, ok := tablesOf(v)
	if !ok {
		r.Fault(key, WantRows, key)
		return nil
	}
	var rows []*Row
	for i, values := range tables {
		line := r.LineOf(key)
		if i < len(r.place.rows[key]) {
			line = r.first + r.place.rows[key][i]
		}
		rows = append(rows, &Row{Block: r.Block, Line: line, Title: r.Title, values: values, report: r.report})
	}
	return rows
}

// tablesOf takes both shapes that the parser gives a list of tables.
func tablesOf(v any) ([]map[string]any, bool) {
	if tables, ok := v.([]map[string]any); ok {
		return tables, true
	}
	list, ok := v.([]any)
	var tables []map[string]any
	for _, e := range list {
		t, isTable := e.(map[string]any)
		ok = ok && isTable
		tables = append(tables, t)
	}
	return tables, ok
}

// Keys returns the keys that are there, in order; they count as known from then
// on.
func (r *Row) Keys() []string {
	keys := slices.Sorted(maps.Keys(r.values))
	for _, key := range keys {
		r.value(key)
	}
	return keys
}

// Done reports every key that was not asked for, with the nearest one that was.
// It is called when all keys of the row were read.
func (r *Row) Done() {
	for _, key := range slices.Sorted(maps.Keys(r.values)) {
		if slices.Contains(r.asked, key) {
			continue
		}
		if near := Nearest(key, r.asked); near != "" {
			r.Fault(key, KeyMeant, key, near)
		} else {
			r.Fault(key, KeyUnknown, key)
		}
	}
}
