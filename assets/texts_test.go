package assets_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/image/font/sfnt"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
	"counterfoil/assets"
)

func load(t *testing.T) *assets.Texts {
	t.Helper()
	texts, err := assets.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestBothLanguagesHaveTheSameKeys(t *testing.T) {
	texts := load(t)
	if got := texts.Languages(); !slices.Equal(got, []string{assets.Chinese, assets.English}) {
		t.Fatalf("languages %v", got)
	}
	chinese, english := texts.Keys(assets.Chinese), texts.Keys(assets.English)
	for _, key := range chinese {
		if !slices.Contains(english, key) {
			t.Errorf("%s has no English text", key)
		}
	}
	for _, key := range english {
		if !slices.Contains(chinese, key) {
			t.Errorf("%s has no Chinese text", key)
		}
	}
}

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+# 0]*[0-9.]*([a-zA-Z%])`)

// verbs returns argument number and verb of each place to fill, in the order of
// the arguments.
func verbs(text string) []string {
	var list []string
	next := 1
	for _, m := range verb.FindAllStringSubmatch(text, -1) {
		if m[2] == "%" {
			continue
		}
		if m[1] != "" {
			next, _ = strconv.Atoi(m[1])
		}
		list = append(list, strconv.Itoa(next)+m[2])
		next++
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestBothLanguagesFillTheSamePlaces(t *testing.T) {
	texts := load(t)
	for _, key := range texts.Keys(assets.Chinese) {
		zh, en := verbs(texts.T(assets.Chinese, key)), verbs(texts.T(assets.English, key))
		if !slices.Equal(zh, en) {
			t.Errorf("%s fills %v in Chinese and %v in English", key, zh, en)
		}
	}
}

// A key that ends in .gap is what stands between two sentences: nothing in
// Chinese, a space in English.
func TestNoTextIsEmpty(t *testing.T) {
	texts := load(t)
	for _, language := range texts.Languages() {
		for _, key := range texts.Keys(language) {
			if text := texts.T(language, key); strings.TrimSpace(text) == "" && !strings.HasSuffix(key, ".gap") {
				t.Errorf("%s is empty in %s", key, language)
			}
		}
	}
}

var halfWidth = regexp.MustCompile(`\p{Han} ?[,;:?!]|[,;:?!] ?\p{Han}`)

func TestChineseTextsUseFullWidthPunctuation(t *testing.T) {
	texts := load(t)
	for _, key := range texts.Keys(assets.Chinese) {
		if text := texts.T(assets.Chinese, key); halfWidth.MatchString(text) {
			t.Errorf("%s: %s", key, text)
		}
	}
	sample := regexp.MustCompile(`(?m)(?:^#.*|")`).ReplaceAllString(string(assets.SampleCatalogue()), "\n")
	if found := halfWidth.FindString(sample); found != "" {
		t.Errorf("the sample catalogue has %q", found)
	}
}

func TestAKeyThatDoesNotExistIsVisibleAndHarmless(t *testing.T) {
	texts := load(t)
	if got := texts.T("en", "no.such.key", 1); got != "[no.such.key]" {
		t.Errorf("got %q", got)
	}
	if got := texts.T("fr", "step.signed"); got != "签字" {
		t.Errorf("an unknown language is answered with %q", got)
	}
	if got := texts.T("en", "problem.line", 12); got != "Line 12: " {
		t.Errorf("got %q", got)
	}
}

// constants returns the values of all constants of a type in a Go file, so that
// one that is added is never forgotten here.
func constants(t *testing.T, file, typeName string) []string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	ast.Inspect(parsed, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == typeName {
			for _, v := range spec.Values {
				if literal, ok := v.(*ast.BasicLit); ok {
					s, _ := strconv.Unquote(literal.Value)
					values = append(values, s)
				}
			}
		}
		return true
	})
	if len(values) == 0 {
		t.Fatalf("%s holds no %s", file, typeName)
	}
	return values
}

func TestEveryRefusalSaysWhatHappenedAndWhatToDo(t *testing.T) {
	texts := load(t)
	kinds := constants(t, "../app/casework/refusal.go", "RefusalKind")
	for _, language := range texts.Languages() {
		for _, kind := range kinds {
			for _, part := range []string{".what", ".do"} {
				if _, ok := texts.Find(language, "refusal."+kind+part); !ok {
					t.Errorf("%s: refusal.%s%s is missing", language, kind, part)
				}
			}
		}
		for _, key := range texts.Keys(language) {
			if rest, ok := strings.CutPrefix(key, "refusal."); ok {
				if kind, _, _ := strings.Cut(rest, "."); !slices.Contains(kinds, kind) {
					t.Errorf("%s is of no refusal", key)
				}
			}
		}
	}
}

func TestEveryWordOfACaseHasItsText(t *testing.T) {
	texts := load(t)
	var keys []string
	for _, k := range casework.StepKinds() {
		keys = append(keys, "step."+string(k))
	}
	for prefix, typeName := range map[string]string{"reason.": "ReasonCode", "method.": "Method"} {
		for _, v := range constants(t, "../app/casework/step.go", typeName) {
			keys = append(keys, prefix+v)
		}
	}
	for _, v := range casework.PictureWarnings() {
		keys = append(keys, "picture."+string(v))
	}
	for _, v := range constants(t, "../app/casework/record.go", "SendState") {
		keys = append(keys, "send."+v)
	}
	for _, v := range constants(t, "../app/casework/licence.go", "LicenceStatus") {
		keys = append(keys, "licence."+v)
	}
	for _, language := range texts.Languages() {
		for _, key := range keys {
			if _, ok := texts.Find(language, key); !ok {
				t.Errorf("%s: %s is missing", language, key)
			}
		}
	}
}

func TestEveryWordOfTheOperatorLogHasItsText(t *testing.T) {
	texts := load(t)
	var keys []string
	for _, v := range constants(t, "../app/casework/operator.go", "Operation") {
		keys = append(keys, "operation."+v)
	}
	for _, role := range casework.ClerkRoles() {
		keys = append(keys, "role."+string(role))
	}
	for _, v := range constants(t, "../app/desk/second.go", "Guarded") {
		keys = append(keys, "ui.word.what."+v, "operation.note."+v)
	}
	for _, language := range texts.Languages() {
		for _, key := range keys {
			if _, ok := texts.Find(language, key); !ok {
				t.Errorf("%s: %s is missing", language, key)
			}
		}
	}
}

func TestEveryFaultOfAFileHasItsSentence(t *testing.T) {
	texts := load(t)
	faults := constants(t, "../app/sheet/fault.go", "Fault")
	sentences := sheet.Faults()
	if len(sentences) != len(faults) {
		t.Errorf("%d faults, %d sentences", len(faults), len(sentences))
	}
	for _, fault := range slices.Sorted(maps.Keys(sentences)) {
		key := "problem." + string(fault)
		if got := texts.T(assets.English, key); got != sentences[fault] {
			t.Errorf("%s: %q is not %q", key, got, sentences[fault])
		}
	}
}

func TestTheRuleCardsNameTheirArticle(t *testing.T) {
	texts := load(t)
	for _, language := range texts.Languages() {
		rules := texts.Rules(language)
		if len(rules) != 16 || rules[0].ID != "716-07" {
			t.Errorf("%s: %d rules", language, len(rules))
		}
		for _, r := range rules {
			if !strings.Contains(r.Article, "716") && !strings.Contains(r.Article, "个人信息保护法") && !strings.Contains(r.Article, "PIPL") &&
				!strings.Contains(r.Article, "民法典") && !strings.Contains(r.Article, "Civil Code") {
				t.Errorf("%s: %s", r.ID, r.Article)
			}
		}
	}
}

func TestTheFontsHaveEveryCharacterThatIsShown(t *testing.T) {
	texts := load(t)
	shown := string(assets.SampleCatalogue())
	for _, language := range texts.Languages() {
		for _, key := range texts.Keys(language) {
			shown += texts.T(language, key)
		}
	}
	symbols := "✓←↑→↓●○■□▲△▶▼◀⚠…—“”·×①②③④⑤⑥⑦⑧⑨⏎"
	lacking(t, "the regular font", assets.Regular(), shown+symbols+"镕堃喆䶮犇淼")
	lacking(t, "the bold font", assets.Bold(), shown+symbols)
}

func lacking(t *testing.T, name string, data []byte, text string) {
	t.Helper()
	font, err := sfnt.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	missing := map[rune]bool{}
	for _, r := range text {
		if index, err := font.GlyphIndex(nil, r); r != '\n' && (err != nil || index == 0) {
			missing[r] = true
		}
	}
	if len(missing) > 0 {
		t.Errorf("%s lacks %q", name, string(slices.Sorted(maps.Keys(missing))))
	}
}
