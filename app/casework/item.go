package casework

// ServiceItem is a service item (事项, GB/T 39554): what the citizen comes for.
type ServiceItem struct {
	Code     ItemCode      `toml:"code"`
	Name     string        `toml:"name"`
	NameEN   string        `toml:"name_en"`
	Bureau   string        `toml:"bureau"`
	BureauEN string        `toml:"bureau_en"`
	Audience Audience      `toml:"audience"`
	Demands  Demands       `toml:"-"`
	PhotoOf  PhotoOf       `toml:"photo_of"` // where a photo is part of it
	Needs    []LicenceNeed `toml:"needs"`
	FormName string        `toml:"form_name"` // 备案表, 申请表 …
	FormEN   string        `toml:"form_name_en"`
	Form     []FormField   `toml:"form"`
	Basis    string        `toml:"basis"` // the rule that lets the hall ask, with its article
	BasisEN  string        `toml:"basis_en"`
	Keep     int           `toml:"keep_days"` // how long the case's content is kept, in days
}

// Audience is whom an item serves: a natural person or a legal entity.
type Audience string

// The audiences.
const (
	Personal    Audience = "personal"
	LegalEntity Audience = "legal"
)

// FormField is one line of the item's form: filled from a licence, chosen by
// the clerk, or written by the clerk.
type FormField struct {
	Field    FieldID     `toml:"field"`
	Label    string      `toml:"label"`
	LabelEN  string      `toml:"label_en"`
	Kind     LicenceKind `toml:"from_kind"` // with From: filled from this licence
	From     FieldID     `toml:"from_field"`
	Choices  []Choice    `toml:"choices"`
	Required bool        `toml:"required"`
}

// Choice is one of the values a clerk may choose; they are numbered from 1, so
// the numeric keypad is enough.
type Choice struct {
	Value string `toml:"value"`
	EN    string `toml:"en"`
}

// FormValue is a filled line of the form, in the order of the item's form.
type FormValue struct {
	Field  FieldID     `json:"field"`
	Label  string      `json:"label"`
	Value  string      `json:"value"`
	Source LicenceKind `json:"source,omitempty"` // empty: by the clerk
	Paper  bool        `json:"paper,omitempty"`  // by the clerk, off the paper original (纸质原件)
}

// Fill returns the form of item filled from the licences; fields for the clerk
// are left empty.
func Fill(item ServiceItem, licences []Licence) []FormValue {
	form := make([]FormValue, 0, len(item.Form))
	for _, f := range item.Form {
		v := FormValue{Field: f.Field, Label: f.Label}
		for _, l := range licences {
			if value, ok := l.Value(f.From); ok && f.From != "" && l.Kind == f.Kind {
				v.Value, v.Source = value, l.Kind
			}
		}
		form = append(form, v)
	}
	return form
}

// Unfilled returns the required fields of item that have no value in form.
func Unfilled(item ServiceItem, form []FormValue) []FieldID {
	var missing []FieldID
	for _, f := range item.Form {
		if f.Required && valueOf(form, f.Field) == "" {
			missing = append(missing, f.Field)
		}
	}
	return missing
}

func valueOf(form []FormValue, f FieldID) string {
	for _, v := range form {
		if v.Field == f {
			return v.Value
		}
	}
	return ""
}
