package repository

import (
	"slices"
	"strings"
	"time"

	"counterfoil/app/casework"
)

// register is the file of issuers, people and entities.
type register struct {
	Issuers  []issuer `toml:"issuer"`
	People   []person `toml:"person"`
	Entities []entity `toml:"entity"`
}

// issuer is an authority that issues licences.
type issuer struct {
	Name     string `toml:"name"`
	Credit   string `toml:"credit"`   // 17 characters of its 统一社会信用代码; the check is added
	Unlisted bool   `toml:"unlisted"` // has a key, but counters are not told of it
}

// person is an invented person, a holder if there are licences.
type person struct {
	ID        string   `toml:"id"`
	Name      string   `toml:"name"`
	Sex       string   `toml:"sex"`
	Ethnicity string   `toml:"ethnicity"`
	Born      day      `toml:"born"`
	Area      string   `toml:"area"`     // first 6 of the 公民身份号码
	Sequence  string   `toml:"sequence"` // next 3 after the birth date; odd male, even female
	Address   string   `toml:"address"`
	Spouse    string   `toml:"spouse"` // id of a person; married or divorced
	Note      string   `toml:"note"`
	NoteEN    string   `toml:"note_en"`
	Licences  []record `toml:"licence"`

	portrait string // the same on every licence; drawn when they are issued
}

// entity is a legal entity with its licences and those who may act for it.
type entity struct {
	ID       string   `toml:"id"`
	Name     string   `toml:"name"`
	Agents   []agent  `toml:"agent"`
	Licences []record `toml:"licence"`
}

// agent is a person who may act for the entity.
type agent struct {
	Person string        `toml:"person"` // id
	Role   casework.Role `toml:"role"`   // legal-representative or entrusted
	Until  day           `toml:"until"`  // the last day; left out: no end
}

// record is one licence in the file: what can't be had from its holder.
type record struct {
	Kind   casework.LicenceKind   `toml:"kind"`
	Issuer string                 `toml:"issuer"`
	Issued day                    `toml:"issued"`
	Until  day                    `toml:"until"`  // left out: 长期
	Yearly bool                   `toml:"yearly"` // endorsed once a year: until the next anniversary
	Status casework.LicenceStatus `toml:"status"` // left out: in force
	Serial string                 `toml:"serial"` // of the 电子证照标识
	Credit string                 `toml:"credit"` // 17 characters of a company's 统一社会信用代码
	Broken fault                  `toml:"broken"`
	Fields map[string]string      `toml:"fields"`
}

// fault is how a licence is broken on purpose.
type fault string

const (
	faultSignature  fault = "signature"  // a bit of the issuer's signature is turned
	faultIdentifier fault = "identifier" // the identifier's check character is wrong
)

// day is a date written YYYY-MM-DD.
type day struct{ time.Time }

// UnmarshalText reads YYYY-MM-DD.
func (d *day) UnmarshalText(text []byte) (err error) {
	d.Time, err = time.Parse(time.DateOnly, string(text))
	return err
}

func (reg register) issuerNames() []string {
	var names []string
	for _, i := range reg.Issuers {
		names = append(names, i.Name)
	}
	return names
}

func (reg register) person(id string) person {
	i := slices.IndexFunc(reg.People, func(p person) bool { return p.ID == id })
	if i < 0 {
		return person{}
	}
	return reg.People[i]
}

// number returns the 公民身份号码 with its check character (GB 11643-1999).
func (p person) number() string {
	s := p.Area + p.Born.Format("20060102") + p.Sequence
	check, _ := casework.CitizenNumberCheck(s)
	return s + string(check)
}

// known returns the digits of p that others know.
func (p person) known() []string {
	list := []string{strings.TrimSuffix(p.number(), "X")}
	for _, layout := range []string{"20060102", "01022006", "02012006", "2006", "0102", "0201"} {
		list = append(list, p.Born.Format(layout))
	}
	return list
}

// creditCode adds the check character (GB 32100-2015).
func creditCode(s string) string {
	check, _ := casework.CreditCodeCheck(s)
	return s + string(check)
}

// identifier returns the 电子证照标识 (GB/T 36904-2018), or "" where the kind's
// type code is not known: no check character is then claimed.
func (reg register) identifier(typeCode string, r record) string {
	if typeCode == "" {
		return ""
	}
	i := slices.IndexFunc(reg.Issuers, func(i issuer) bool { return i.Name == r.Issuer })
	credit := creditCode(reg.Issuers[i].Credit)
	check, _ := casework.LicenceIdentifierCheck(typeCode + credit + r.Serial + "001")
	if r.Broken == faultIdentifier { // the next digit or letter is never the right one
		check = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0"[slices.Index([]byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), check)]
	}
	return casework.IdentifierRoot + typeCode + "." + credit + "." + r.Serial + ".001." + string(check)
}
