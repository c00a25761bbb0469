package counter_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/assets"
	"counterfoil/sync/ledger/bundle"
)

// Planted are values that stand nowhere else in the world: people who hold a card
// with as many fields as fit, and an item that asks for all of them.
const (
	plantedPeople = 36
	plantedFields = 28
)

// plantedBooks is the sample catalogue with that kind and that item.
func plantedBooks() (*catalogue.Catalogue, error) {
	var fields, names, form strings.Builder
	for n := range plantedFields {
		fmt.Fprintf(&fields, "  { field = \"value_%d\", name = \"事项%d\", name_en = \"Matter %d\" },\n", n, n, n)
		fmt.Fprintf(&names, ", \"value_%d\"", n)
		if n < 3 {
			fmt.Fprintf(&form, "  { field = \"line_%d\", label = \"事项%d\", from = \"planted-card.value_%d\", required = true },\n", n, n, n)
		}
	}
	text := `
[[kind]]
kind = "planted-card"
name = "植入卡"
name_en = "Planted card"
holder = "name"
fields = [
  { field = "name", name = "姓名", name_en = "Name" },
` + fields.String() + `]

[[item]]
code = "SAMPLE-9001"
name = "植入事项（示例）"
name_en = "Planted item (sample)"
bureau = "hr"
audience = "personal"
basis = "示例"
form_name = "申请表"
keep_days = 30
signature = true
photo = "optional"
needs = [{ kind = "planted-card", fields = ["name"` + names.String() + `] }]
form = [
  { field = "who", label = "姓名", from = "planted-card.name", required = true },
` + form.String() + `  { field = "own", label = "其他" },
]
`
	return catalogue.Load(bytes.NewReader(append(assets.SampleCatalogue(), text...)), "planted.toml")
}

// plantedRegister writes the invented register with those people in it.
func plantedRegister(t *testing.T, random *rand.Rand) string {
	t.Helper()
	raw, err := os.ReadFile("../centre/repository/register.toml")
	if err != nil {
		t.Fatal(err)
	}
	people, entities, found := strings.Cut(string(raw), "\n[[entity]]")
	if !found {
		t.Fatal("the register has no entities")
	}
	b := strings.Builder{}
	b.WriteString(people)
	for n := range plantedPeople {
		fmt.Fprintf(&b, `
[[person]]
id = "planted-%d"
name = "%s"
sex = "女"
ethnicity = "汉"
born = "1979-%02d-%02d"
area = "119901"
sequence = "%03d"
address = "北京市示例区植入路%d号%d单元"

[[person.licence]]
kind = "planted-card"
issuer = "北京市示例区民政局"
issued = "2019-05-06"
[person.licence.fields]
`, n, plantedName(random), 1+n%12, 1+n%28, 100+n, random.IntN(1e9), random.IntN(1e9))
		for f := range plantedFields {
			fmt.Fprintf(&b, "value_%d = \"%s\"\n", f, plantedValue(random, f))
		}
	}
	b.WriteString("\n[[entity]]" + entities)
	path := filepath.Join(t.TempDir(), "register.toml")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// plantedName is four characters that nobody is called by.
func plantedName(random *rand.Rand) string {
	var b strings.Builder
	for range 4 {
		b.WriteRune('一' + rune(random.IntN(20_000)))
	}
	return b.String()
}

// plantedValue is a name, a number, an address or a sentence.
func plantedValue(random *rand.Rand, of int) string {
	switch of % 4 {
	case 0:
		return plantedName(random)
	case 1:
		return fmt.Sprintf("%012d", random.Int64N(1e12))
	case 2:
		return fmt.Sprintf("示例市%s路%d号", plantedName(random), random.IntN(1e6))
	}
	return fmt.Sprintf("No %06x of %06x", random.IntN(1<<24), random.IntN(1<<24))
}

// learnContents remembers the middle of whatever the journal sealed of a case: the
// signed originals, the picture that was confirmed, the ink and the photo.
func (c *crowd) learnContents(id casework.CaseID) {
	c.t.Helper()
	r, err := c.counter.Journal.Case(c.ctx, id)
	c.must(err)
	for _, s := range r.Steps {
		content, err := c.counter.Journal.Content(c.ctx, id, s.Seq)
		if casework.KindOf(err) == casework.ContentForgotten {
			return
		}
		c.must(err)
		for _, a := range content {
			c.told[string(a.Salt[:])] = true
			for part := 1; part < 4 && len(a.Content) > 200; part++ {
				at := len(a.Content) * part / 4
				c.sealed[string(a.Content[at:at+24])] = true
			}
		}
	}
}

// hidden searches every file of the counter, its names too.
func (c *crowd) hidden(when string, all *needles) {
	c.t.Helper()
	files, size := 0, 0
	c.must(filepath.WalkDir(c.near.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files, size = files+1, size+len(raw)
		for _, found := range all.in(append(raw, path...)) {
			c.t.Errorf("%s, %s holds %q", when, d.Name(), found)
		}
		return err
	}))
	c.t.Logf("%s: %d values in %d files of %d bytes", when, len(c.told)+len(c.sealed), files, size)
	if files < 4 || size < 100_000 {
		c.t.Errorf("%s: only %d files are there", when, files)
	}
}

// plantedNeedles are all that was told, shown or sealed.
func (c *crowd) plantedNeedles() *needles {
	values := map[string]bool{}
	for _, of := range []map[string]bool{c.told, c.sealed} {
		for v := range of {
			values[v] = true
		}
	}
	all, _ := needlesOf(values)
	return all
}

// atRest looks through the counter's files while the content is kept and after it
// was destroyed by the rule, when entries and receipts must still prove themselves.
func (c *crowd) atRest() {
	c.t.Helper()
	for id := range c.holder {
		c.learnContents(casework.CaseID(id))
	}
	if n := len(c.told) + len(c.sealed); n < 1000 {
		c.t.Errorf("only %d values are planted", n)
	}
	all := c.plantedNeedles()
	c.hidden("while it is kept", all)
	c.must(c.counter.Close())
	c.hidden("while it is kept and the counter closed", all)
	c.start()
	before := c.keyFiles()
	kept, err := c.counter.Journal.Kept(c.ctx, "99990101")
	c.must(err)
	c.findable(kept, all)
	for id := range kept {
		c.must(c.counter.Journal.Forget(c.ctx, id)) // as the desk does when the item's days are over
	}
	if len(kept) < 20 || before < len(kept) {
		c.t.Errorf("%d cases were kept, with %d keys", len(kept), before)
	}
	if after := c.keyFiles(); after != 0 {
		c.t.Errorf("%d of %d keys are left", after, before)
	}
	c.hidden("after it was destroyed", all)
	for id := range c.holder {
		raw, err := c.counter.Bundle(c.ctx, casework.CaseID(id))
		c.must(err)
		for _, found := range all.in(raw) {
			c.t.Errorf("a bundle of a forgotten case holds %q", found)
		}
		if _, err := bundle.Check(raw, c.trust(), func(bundle.Line) {}); err != nil {
			c.t.Errorf("a forgotten case proves itself no more: %v", err)
		}
	}
	if hurt, err := c.counter.Journal.Check(c.ctx); err != nil {
		c.t.Error(hurt, err)
	}
}

// findable is the control: in the content itself the values are found.
func (c *crowd) findable(kept map[casework.CaseID]casework.CaseAbout, all *needles) {
	c.t.Helper()
	found := 0
	for id := range kept {
		r, err := c.counter.Journal.Case(c.ctx, id)
		c.must(err)
		for _, s := range r.Steps {
			content, err := c.counter.Journal.Content(c.ctx, id, s.Seq)
			c.must(err)
			for _, a := range content {
				found += len(all.in(a.Content))
			}
		}
	}
	if found < 20*len(kept) {
		c.t.Errorf("the search finds %d values in %d cases", found, len(kept))
	}
}

// keyFiles counts the keys of cases and days.
func (c *crowd) keyFiles() (n int) {
	c.t.Helper()
	c.must(filepath.WalkDir(filepath.Join(c.near.Dir, "journal", "keys"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
			if name, _, _ := strings.Cut(d.Name(), "."); len(name) != 8 { // a case's: its name is random
				_, err = hex.DecodeString(name)
			}
		}
		return err
	}))
	return n
}
