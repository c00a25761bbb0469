package repository

import (
	_ "embed" // the invented register
	"errors"
	"fmt"
	"os"
	"regexp"

	"github.com/BurntSushi/toml"

	"counterfoil/app/casework"
)

//go:embed register.toml
var invented string

// maxRegister bounds a register file, in bytes.
const maxRegister = 16 << 20

// readRegister reads and checks the file at path, or the invented register where
// path is empty. An error names the block by its place, not by a name in it: what
// the file holds is personal, and errors are logged.
func readRegister(path string) (register, error) {
	text := []byte(invented)
	if path != "" {
		about, err := os.Stat(path)
		if err != nil {
			return register{}, err
		}
		if about.Size() > maxRegister {
			return register{}, errors.New("the register is larger than 16 MiB")
		}
		if text, err = os.ReadFile(path); err != nil {
			return register{}, err
		}
	}
	return parseRegister(text)
}

func parseRegister(text []byte) (register, error) {
	var reg register
	var syntax map[string]any
	if _, err := toml.Decode(string(text), &syntax); err != nil {
		var parse toml.ParseError
		errors.As(err, &parse)
		return reg, fmt.Errorf("the register can't be read: line %d is no TOML", parse.Position.Line)
	}
	meta, err := toml.Decode(string(text), &reg)
	if err != nil { // its own words may repeat the value, and its line is that of the last such key
		return reg, fmt.Errorf("the register can't be read: a value of %s has the wrong shape", keyIn(err))
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return reg, fmt.Errorf("the register has an unknown key, %s", unknown[0])
	}
	return reg, reg.check()
}

// keyIn returns which key a decoding error is about.
func keyIn(err error) string {
	if m := lastKey.FindStringSubmatch(err.Error()); m != nil {
		return m[1]
	}
	return "a key"
}

var (
	lastKey    = regexp.MustCompile(`last key "([a-z_.]+)"`)
	idShape    = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`)
	areaShape  = regexp.MustCompile(`^[0-9]{6}$`)
	orderShape = regexp.MustCompile(`^[0-9]{3}$`)
)

// check refuses what could not be issued, or would be somebody else's.
func (reg register) check() error {
	issuers, ids := map[string]bool{}, map[string]bool{}
	for n, i := range reg.Issuers {
		if _, ok := casework.CreditCodeCheck(i.Credit); !ok || i.Name == "" || issuers[i.Name] {
			return fmt.Errorf("the register's issuer %d: the name is missing or there twice, or the credit code has not 17 characters", n+1)
		}
		issuers[i.Name] = true
	}
	numbers := map[string]bool{}
	for n, p := range reg.People {
		switch {
		case !idShape.MatchString(p.ID) || ids[p.ID] || p.Name == "":
			return fmt.Errorf("the register's person %d: the id is malformed or there twice, or the name is missing", n+1)
		case p.Born.IsZero() || !areaShape.MatchString(p.Area) || !orderShape.MatchString(p.Sequence) || numbers[p.number()]:
			return fmt.Errorf("the register's person %d: born, area and sequence make no number, or one that is there twice", n+1)
		}
		ids[p.ID], numbers[p.number()] = true, true
		if err := checkLicences(p.Licences, issuers); err != nil {
			return fmt.Errorf("the register's person %d: %w", n+1, err)
		}
	}
	return reg.checkEntities(issuers, ids)
}

func (reg register) checkEntities(issuers, ids map[string]bool) error {
	for n, e := range reg.Entities {
		if !idShape.MatchString(e.ID) || ids[e.ID] || e.Name == "" {
			return fmt.Errorf("the register's entity %d: the id is malformed or there twice, or the name is missing", n+1)
		}
		ids[e.ID] = true
		acts := map[string]bool{}
		for _, a := range e.Agents {
			if !a.Role.ForEntity() || reg.person(a.Person).ID == "" || acts[a.Person] {
				return fmt.Errorf("the register's entity %d: an agent is nobody in it or there twice, or has no role for an entity", n+1)
			}
			acts[a.Person] = true
		}
		if err := checkLicences(e.Licences, issuers); err != nil {
			return fmt.Errorf("the register's entity %d: %w", n+1, err)
		}
	}
	return nil
}

func checkLicences(records []record, issuers map[string]bool) error {
	kinds := map[casework.LicenceKind]bool{}
	for n, r := range records {
		_, credit := casework.CreditCodeCheck(r.Credit)
		switch {
		case r.Kind == "" || kinds[r.Kind]:
			return fmt.Errorf("licence %d: the kind is missing or there twice", n+1)
		case !issuers[r.Issuer]:
			return fmt.Errorf("licence %d: no such issuer", n+1)
		case r.Issued.IsZero():
			return fmt.Errorf("licence %d: the day of issue is missing", n+1)
		case r.Credit != "" && !credit:
			return fmt.Errorf("licence %d: the credit code has not 17 characters", n+1)
		case r.Broken != "" && r.Broken != faultSignature && r.Broken != faultIdentifier:
			return fmt.Errorf("licence %d: it is broken in no known way", n+1)
		}
		switch r.Status {
		case "", casework.InForce, casework.Suspended, casework.Withdrawn:
		default:
			return fmt.Errorf("licence %d: no such status", n+1)
		}
		kinds[r.Kind] = true
	}
	return nil
}
