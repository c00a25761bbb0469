package repository

import (
	"strings"
	"testing"
)

// small is a register with one of each.
const small = `
[[issuer]]
name = "示例机关"
credit = "11119900MB0EX0011"

[[person]]
id = "jia"
name = "甲某"
born = "1990-01-02"
area = "119901"
sequence = "001"

[[person.licence]]
kind = "id-card"
issuer = "示例机关"
issued = "2020-01-01"

[[entity]]
id = "gongsi"
name = "示例公司"

[[entity.agent]]
person = "jia"
role = "entrusted"

[[entity.licence]]
kind = "business-licence"
issuer = "示例机关"
issued = "2020-01-01"
`

func TestAWrongRegisterIsRefusedWithItsPlaceAndNothingOfAnybody(t *testing.T) {
	if _, err := parseRegister([]byte(small)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ what, old, is, place string }{
		{"no TOML", `born = "1990-01-02"`, `born = 甲某`, "line 9"},
		{"a day that is none", "1990-01-02", "1990-13-02", "person.born"},
		{"a value of another type", `"119901"`, "119901", "person.area"},
		{"an unknown key", `area =`, `aera = "1"` + "\narea =", "aera"},
		{"a number of the wrong length", `"001"`, `"01"`, "person 1"},
		{"no name", `name = "甲某"`, "", "person 1"},
		{"an id twice", `id = "gongsi"`, `id = "jia"`, "entity 1"},
		{"an agent who is nobody", `person = "jia"`, `person = "yi"`, "entity 1"},
		{"a role that is none for an entity", `"entrusted"`, `"guardian"`, "entity 1"},
		{"an unknown issuer", `kind = "id-card"` + "\nissuer = \"示例机关\"", `kind = "id-card"` + "\nissuer = \"别的机关\"", "person 1: licence 1"},
		{"no day of issue", `kind = "business-licence"` + "\nissuer = \"示例机关\"\nissued = \"2020-01-01\"", `kind = "business-licence"` + "\nissuer = \"示例机关\"", "entity 1: licence 1"},
		{"a status that is none", `kind = "id-card"`, `kind = "id-card"` + "\nstatus = \"lost\"", "person 1: licence 1"},
		{"an issuer without a code", "11119900MB0EX0011", "1111", "issuer 1"},
	} {
		text := strings.Replace(small, c.old, c.is, 1)
		if text == small {
			t.Fatalf("%s: nothing was changed", c.what)
		}
		_, err := parseRegister([]byte(text))
		if err == nil || !strings.Contains(err.Error(), c.place) || strings.Contains(err.Error(), "甲") || strings.Contains(err.Error(), "1990") {
			t.Errorf("%s: %v", c.what, err)
		}
	}
}

// Whatever the file holds, it is refused or what it holds can be written out.
func FuzzRegister(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(invented))
	f.Add([]byte("[[person]]\nid = 7"))
	f.Fuzz(func(t *testing.T, text []byte) {
		reg, err := parseRegister(text)
		if err != nil {
			return
		}
		for _, p := range reg.People {
			if len(p.number()) != 18 {
				t.Error("a person without a number")
			}
			for _, r := range p.Licences {
				_ = reg.identifier("11100000000013127D001", r)
			}
		}
	})
}
