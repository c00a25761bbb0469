package assets

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

//go:embed texts
var textFiles embed.FS

// Chinese comes first everywhere; it is what an unknown language falls back to.
const (
	Chinese = "zh-CN"
	English = "en"
)

// Texts holds every text of the product by language and key. It never changes
// after LoadTexts, so it may be used from any goroutine.
type Texts struct {
	byLanguage map[string]map[string]string
}

// LoadTexts reads the embedded texts. An error means that the program was built
// wrong: a file that is no TOML, a value that is no text, a key given twice.
func LoadTexts() (*Texts, error) { return readTexts(textFiles) }

// readTexts reads texts/LANGUAGE/*.toml of files.
func readTexts(files fs.FS) (*Texts, error) {
	t := &Texts{byLanguage: map[string]map[string]string{}}
	names, err := fs.Glob(files, "texts/*/*.toml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		language := path.Base(path.Dir(name))
		if t.byLanguage[language] == nil {
			t.byLanguage[language] = map[string]string{}
		}
		if err := readFile(files, name, t.byLanguage[language]); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return t, nil
}

func readFile(files fs.FS, name string, into map[string]string) error {
	var tree map[string]any
	if _, err := toml.DecodeFS(files, name, &tree); err != nil {
		return err
	}
	return flatten("", tree, into)
}

// flatten joins the keys of nested tables with dots, so that a file may group
// its keys either way.
func flatten(prefix string, tree map[string]any, into map[string]string) error {
	for key, value := range tree {
		key = prefix + key
		switch v := value.(type) {
		case string:
			if _, twice := into[key]; twice {
				return fmt.Errorf("the key %q is given twice", key)
			}
			into[key] = v
		case map[string]any:
			if err := flatten(key+".", v, into); err != nil {
				return err
			}
		default:
			return fmt.Errorf("the key %q is not a text", key)
		}
	}
	return nil
}

// T returns the text of key in the language, with args filled in as by
// fmt.Sprintf. Without args the text is returned as it stands. A key that does
// not exist comes back in brackets: visible, and never a crash at a counter.
func (t *Texts) T(language, key string, args ...any) string {
	text, ok := t.Find(language, key)
	if !ok {
		return "[" + key + "]"
	}
	if len(args) == 0 {
		return text
	}
	return fmt.Sprintf(text, args...)
}

// Find returns the text of key in the language as it stands, and whether there
// is one. A language that does not exist is answered in Chinese.
func (t *Texts) Find(language, key string) (string, bool) {
	texts, ok := t.byLanguage[language]
	if !ok {
		texts = t.byLanguage[Chinese]
	}
	text, ok := texts[key]
	return text, ok
}

// Languages returns the languages there are, Chinese first.
func (t *Texts) Languages() []string {
	var list []string
	for language := range t.byLanguage {
		list = append(list, language)
	}
	slices.SortFunc(list, func(a, b string) int {
		if (a == Chinese) != (b == Chinese) {
			if a == Chinese {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return list
}

// Keys returns the keys of a language in order.
func (t *Texts) Keys(language string) []string {
	var list []string
	for key := range t.byLanguage[language] {
		list = append(list, key)
	}
	slices.Sort(list)
	return list
}
