package catalogue_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"counterfoil/app/casework"
	"counterfoil/app/catalogue"
	"counterfoil/app/sheet"
	"counterfoil/assets"
)

func sample(t testing.TB) *catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Sample()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheSampleListsWhatAHallOffers(t *testing.T) {
	c := sample(t)
	audience, names := map[casework.Audience]int{}, map[string]bool{}
	bureaus := map[string]bool{}
	for _, it := range c.Items() {
		audience[it.Audience]++
		names[it.Name] = true
		if it.Audience == casework.Personal {
			bureaus[it.Bureau] = true
		}
	}
	if len(c.Items()) < 44 || audience[casework.LegalEntity] < 14 || len(bureaus) < 8 {
		t.Errorf("%d items, %v, personal ones of %d bureaus", len(c.Items()), audience, len(bureaus))
	}
	if c.Items()[0].Name != "医疗器械网络销售备案" {
		t.Errorf("the first item is %s", c.Items()[0].Name)
	}
	for _, want := range []string{"医师执业注册", "生育登记", "居住证签注", "食品经营许可", "公共场所卫生许可", "在京入户登记"} {
		if !names[want] {
			t.Errorf("%s is missing", want)
		}
	}
	for _, id := range []casework.HallID{"municipal", "dongcheng", "xicheng", "shunyi"} {
		if h, ok := c.Hall(id); !ok || h.Name == "" || h.NameEN == "" {
			t.Errorf("the hall %s is missing", id)
		}
	}
}

func TestTheSampleHasTheSevenKindsAndOnlyTheTwoTypeCodesSeenInUse(t *testing.T) {
	codes := map[casework.LicenceKind]string{
		"id-card": "11100000000013127D001", "household-register": "", "residence-permit": "", "driving-licence": "",
		"marriage-certificate": "", "divorce-certificate": "", "business-licence": "11100000MB0143028R001",
	}
	c := sample(t)
	if len(c.Kinds()) != len(codes) {
		t.Errorf("%d kinds", len(c.Kinds()))
	}
	used := map[casework.LicenceKind]bool{}
	for _, it := range c.Items() {
		for _, n := range it.Needs {
			used[n.Kind] = true
		}
	}
	for _, k := range c.Kinds() {
		if code, ok := codes[k.Kind]; !ok || code != k.TypeCode {
			t.Errorf("%s has the type code %q", k.Kind, k.TypeCode)
		}
		if !used[k.Kind] {
			t.Errorf("no item asks for %s", k.Kind)
		}
	}
	register, _ := c.Kind("household-register")
	for _, f := range register.Fields {
		if want := f.Field == "religion" || f.Field == "blood_type"; f.Sensitive != want {
			t.Errorf("%s: sensitive is %v", f.Field, f.Sensitive)
		}
	}
}

func TestEverySampleItemAsksOnlyWhatItsFormUses(t *testing.T) {
	c := sample(t)
	for _, it := range c.Items() {
		used := map[string]bool{}
		for _, f := range it.Form {
			used[string(f.Kind)+"."+string(f.From)] = true
			if f.From == "portrait" {
				t.Errorf("%s: a picture is no line of a form", it.Code)
			}
			if f.Required && f.From == "" && len(f.Choices) < 2 {
				t.Errorf("%s: %s would have to be typed", it.Code, f.Field)
			}
		}
		for _, n := range it.Needs {
			info, _ := c.Kind(n.Kind)
			for _, f := range n.Fields {
				if info, _ := info.Find(f); info.Sensitive && f != "portrait" {
					t.Errorf("%s asks for the sensitive %s", it.Code, f)
				}
				if f != "portrait" && !used[string(n.Kind)+"."+string(f)] {
					t.Errorf("%s asks %s of %s and does not use it", it.Code, f, n.Kind)
				}
			}
		}
		if it.Keep < 1 || it.Keep > 365 || it.Basis == "" || it.BasisEN == it.Basis || it.NameEN == it.Name ||
			it.BureauEN == it.Bureau || it.FormEN == it.FormName || !it.Demands.Signature {
			t.Errorf("%s is incomplete: %+v", it.Code, it)
		}
		if len(it.Form) < 5 || !strings.HasPrefix(string(it.Code), "SAMPLE-") {
			t.Errorf("%s: %d lines in the form", it.Code, len(it.Form))
		}
	}
}

func TestNumbersFollowTheFile(t *testing.T) {
	c := sample(t)
	for i, it := range c.Items() {
		if c.Number(it.Code) != i+1 {
			t.Errorf("%s has the number %d", it.Code, c.Number(it.Code))
		}
		if got, ok := c.Item(it.Code); !ok || got.Name != it.Name {
			t.Errorf("%s is not found by its code", it.Code)
		}
	}
	if _, ok := c.Item("none"); ok || c.Number("none") != 0 {
		t.Error("an unknown code is known")
	}
	if _, ok := c.Kind("none"); ok {
		t.Error("an unknown kind is known")
	}
	if _, ok := c.Hall("none"); ok {
		t.Error("an unknown hall is known")
	}
}

// wrong is a change of the sample and the problems that it must bring, by line
// and fault. The line is that of the first text named.
type wrong struct {
	name, old, new string
	at             string // a text in the line that is named
	fault          sheet.Fault
}

var wrongRows = []wrong{
	{"an unknown key", `keep_days = 180`, `keep_day = 180`, `keep_day = 180`, sheet.KeyMeant},
	{"a missing key", "keep_days = 180\n", "", `[[item]]`, sheet.KeyMissing},
	{"a number in quotes", `keep_days = 180`, `keep_days = "180"`, `keep_days = "180"`, sheet.WantNumber},
	{"a number out of range", `keep_days = 180`, `keep_days = 0`, `keep_days = 0`, sheet.OutOfRange},
	{"an unknown photo rule", `photo = "optional"`, `photo = "maybe"`, `photo = "maybe"`, sheet.NotOneOf},
	{"an unknown audience", `audience = "legal"`, `audience = "company"`, `audience = "company"`, sheet.NotOneOf},
	{"a signature in quotes", `signature = true`, `signature = "yes"`, `signature = "yes"`, sheet.WantBool},
	{"an unknown bureau", `bureau = "drug"`, `bureau = "drugs"`, `bureau = "drugs"`, sheet.NotDefined},
	{"an empty name", `name = "医疗器械网络销售备案"`, `name = " "`, `name = " "`, sheet.Empty},
	{"an unknown kind", `{ kind = "business-licence", fields`, `{ kind = "business", fields`, `{ kind = "business", fields`, sheet.NotDefined},
	{"an unknown field", `fields = ["name", "credit_code"`, `fields = ["name", "credit"`, `fields = ["name", "credit"`, sheet.NoSuchField},
	{"a field asked twice", `fields = ["name", "credit_code"`, `fields = ["name", "name", "credit_code"`, `["name", "name"`, sheet.Repeated},
	{"fields that are no list", `fields = ["name", "credit_code", "legal_representative", "address", "type", "scope"]`, `fields = "name"`, `fields = "name"`, sheet.WantList},
	{"a source that is not asked", `from = "business-licence.scope"`, `from = "business-licence.capital"`, `from = "business-licence.capital"`, sheet.NotAsked},
	{"a source of a wrong shape", `from = "business-licence.scope"`, `from = "scope"`, `from = "scope"`, sheet.SourceShape},
	{"a required line without a source", `from = "business-licence.name", required = true`, `required = true`, `"Name of the entity", required = true`, sheet.NoSource},
	{"a line with source and choices", `required = true, choices = [{ value = "自建网站"`, `from = "business-licence.name", choices = [{ value = "自建网站"`, `choices = [{ value = "自建网站"`, sheet.SourceAndOwn},
	{"a choice named twice", `{ value = "入驻平台", en = "On a platform" }`, `{ value = "自建网站", en = "On a platform" }`, `"On a platform" }`, sheet.Repeated},
	{"a form field named twice", `{ field = "company_code"`, `{ field = "company_name"`, `label = "统一社会信用代码"`, sheet.Repeated},
	{"a code used twice", `code = "SAMPLE-0002"`, `code = "SAMPLE-0001"`, "code = \"SAMPLE-0001\"\nname = \"医师执业注册\"", sheet.Twice},
	{"a code with a space", `code = "SAMPLE-0002"`, `code = "SAMPLE 0002"`, `code = "SAMPLE 0002"`, sheet.WantName},
	{"a short type code", `type_code = "11100000MB0143028R001"`, `type_code = "11100000MB0143028R"`, `type_code = "11100000MB0143028R"`, sheet.TypeCode},
	{"an unknown block", "[[bureau]]\nid = \"police\"", "[[office]]\nid = \"police\"", `[[office]]`, sheet.BlockUnknown},
	{"a block in single brackets", "[[bureau]]\nid = \"police\"", "[bureau]\nid = \"police\"", "[bureau]\nid = \"police\"", sheet.BlockSingle},
	{"a forgotten quote", `name_en = "Public Security Bureau"`, `name_en = "Public Security Bureau`, "name_en = \"Public Security Bureau\n", sheet.OpenQuote},
	{"a key before the first block", "# The sample", "city = \"Beijing\"\n# The sample", `city = "Beijing"`, sheet.KeyUnknown},
	{"needs that are no list", "needs = [\n  { kind = \"business-licence\", fields = [\"name\", \"credit_code\", \"legal_representative\", \"address\", \"type\", \"scope\"] },\n]", `needs = "business-licence"`, `needs = "business-licence"`, sheet.WantRows},
	{"an optional field that is not sensitive", `optional = ["portrait"]`, `optional = ["name"]`, `optional = ["name"]`, sheet.NotSensitive},
	{"a required line from what may be refused", `from = "id-card.name", required = true`, `from = "id-card.portrait", required = true`, `from = "id-card.portrait"`, sheet.MayBeRefused},
	{"a way of writing that is none", `typed = "credit-code"`, `typed = "by heart"`, `typed = "by heart"`, sheet.NotOneOf},
	{"a question about no field", `of = "birth_date", years = 18`, `of = "birthday", years = 18`, `of = "birthday"`, sheet.NoSuchField},
	{"a question without a measure", `of = "birth_date", years = 18`, `of = "birth_date"`, `name = "年满18周岁"`, sheet.KeyMissing},
	{"a question of no years", `of = "birth_date", years = 18`, `of = "birth_date", years = 0`, `years = 0`, sheet.OutOfRange},
	{"a question of two things", `of = "birth_date", years = 18`, `of = "birth_date", years = 18, one_of = ["x"]`, `one_of = ["x"]`, sheet.TwoQuestions},
	{"a question with an empty list", `of = "birth_date", years = 18`, `of = "birth_date", one_of = []`, `one_of = []`, sheet.Empty},
	{"a kind whose holder is in no field", `representative = "legal_representative"`, `representative = "head"`, `representative = "head"`, sheet.NoSuchField},
	{"a kind that is an entity's in a word", "entity = true\nholder", "entity = \"yes\"\nholder", `entity = "yes"`, sheet.WantBool},
}

// short is the sample with its first two items alone.
func short() string {
	text := string(assets.SampleCatalogue())
	return strings.TrimSuffix(text[:strings.Index(text, `code = "SAMPLE-0003"`)], "[[item]]\n")
}

func TestEveryWrongRowIsReportedWithItsLine(t *testing.T) {
	text := short()
	for _, w := range wrongRows {
		t.Run(w.name, func(t *testing.T) {
			broken := strings.Replace(text, w.old, w.new, 1)
			if broken == text {
				t.Fatal("the sample holds no such text")
			}
			c, err := catalogue.Load(strings.NewReader(broken), "sample.toml")
			if c != nil {
				t.Error("a part was loaded")
			}
			line := 1 + strings.Count(broken[:strings.Index(broken, w.at)], "\n")
			if got := invalid(t, err); !has(got, line, w.fault) {
				t.Errorf("want %s in line %d, got\n%v", w.fault, line, err)
			}
		})
	}
}

func invalid(t *testing.T, err error) []catalogue.Problem {
	t.Helper()
	var v *sheet.Invalid
	if !errors.As(err, &v) || casework.KindOf(err) != casework.CatalogueInvalid {
		t.Fatalf("not refused as a catalogue: %v", err)
	}
	return v.Problems
}

func has(problems []catalogue.Problem, line int, fault sheet.Fault) bool {
	for _, p := range problems {
		if p.Line == line && p.Fault == fault && p.What != "" && !strings.Contains(p.What, "%!") {
			return true
		}
	}
	return false
}

func TestAllProblemsAreReportedAtOnceInTheOrderOfTheirLines(t *testing.T) {
	text := short()
	for _, w := range []wrong{wrongRows[0], wrongRows[4], wrongRows[9], wrongRows[21], wrongRows[24]} {
		text = strings.Replace(text, w.old, w.new, 1)
	}
	_, err := catalogue.Load(strings.NewReader(text), "/srv/somebody/hall.toml")
	problems := invalid(t, err)
	found, last := map[sheet.Fault]bool{}, 0
	for _, p := range problems {
		found[p.Fault] = true
		if p.Line < last {
			t.Errorf("line %d comes after line %d", p.Line, last)
		}
		last = p.Line
	}
	for _, f := range []sheet.Fault{sheet.KeyMeant, sheet.NotOneOf, sheet.NotDefined, sheet.TypeCode, sheet.OpenQuote} {
		if !found[f] {
			t.Errorf("%s is not reported", f)
		}
	}
	if strings.Contains(err.Error(), "somebody") {
		t.Error("the folder stands in the report")
	}
}

func TestABrokenKindBringsNoProblemOfTheItemsThatNameIt(t *testing.T) {
	text := strings.Replace(short(), `name_en = "Business licence"`, `name_en = "Business licence`, 1)
	_, err := catalogue.Load(strings.NewReader(text), "sample.toml")
	if p := invalid(t, err); len(p) != 1 || p[0].Fault != sheet.OpenQuote {
		t.Errorf("%v", err)
	}
}

func TestAFileWithoutItemsIsRefused(t *testing.T) {
	_, err := catalogue.Load(strings.NewReader("# nothing\n"), "empty.toml")
	if got := invalid(t, err); !has(got, 1, sheet.BlockMissing) {
		t.Errorf("got %v", got)
	}
}

func TestAFileIsLoadedFromItsPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hall.toml")
	text := strings.ReplaceAll(string(assets.SampleCatalogue()), "\n", "\r\n")
	if err := os.WriteFile(path, append([]byte("\xef\xbb\xbf"), text...), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.LoadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Items()) != len(sample(t).Items()) {
		t.Errorf("%d items", len(c.Items()))
	}
	_, err = catalogue.LoadFile(path + "x")
	if got := invalid(t, err); !has(got, 1, sheet.Unreadable) {
		t.Errorf("got %v", got)
	}
}

func TestTextInAnotherEncodingIsNamedByItsLine(t *testing.T) {
	_, err := catalogue.Load(strings.NewReader("# a\n[[hall]]\nname = \"\xb6\xab\xb3\xc7\"\n"), "gbk.toml")
	if got := invalid(t, err); !has(got, 3, sheet.NotUTF8) {
		t.Errorf("got %v", got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(short())
	for _, w := range wrongRows {
		f.Add(w.new)
	}
	f.Add("[[item]]\nform = [ { a = '''\n{' } ]\n")
	f.Add("[[[[[[[[[[[[[[[[[[")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := catalogue.Load(strings.NewReader(text), "fuzz.toml")
		if (c == nil) != (err != nil) {
			t.Fatal("half loaded")
		}
		if err == nil {
			c.Search("a", 5)
			return
		}
		for _, p := range invalid(t, err) {
			if p.Line < 1 || p.Line > 1+strings.Count(text, "\n") || strings.Contains(p.What, "%!") {
				t.Fatalf("a problem without a place: %v", p)
			}
		}
	})
}

// TestWhatAKeypadCanWriteIsSaidOfEveryKindsNumbersAndDays, or a clerk could not
// read a number off a paper original.
func TestWhatAKeypadCanWriteIsSaidOfEveryKindsNumbersAndDays(t *testing.T) {
	want := map[string]casework.Typed{"公民身份号码": casework.TypedCitizenNumber, "统一社会信用代码": casework.TypedCreditCode, "出生日期": casework.TypedDate, "登记日期": casework.TypedDate}
	found := 0
	for _, k := range sample(t).Kinds() {
		for _, f := range k.Fields {
			if as, numbered := want[f.Name]; numbered {
				found++
				if f.Typed != as {
					t.Errorf("%s of %s is written as %q", f.Field, k.Kind, f.Typed)
				}
			}
		}
	}
	if found < 9 {
		t.Errorf("%d fields were looked at", found)
	}
}
