package assets

import (
	"bytes"
	"image/png"
	"testing"
	"testing/fstest"
)

func TestAFileThatIsNoTableOfTextsIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no TOML":       "a = ",
		"a number":      "a = 1",
		"a key twice":   "\"a.b\" = \"x\"\n[a]\nb = \"y\"",
		"a nested list": "[a]\nb = [\"x\"]",
	} {
		if _, err := readTexts(fstest.MapFS{"texts/en/x.toml": {Data: []byte(text)}}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestAKeyInTwoFilesIsRefused(t *testing.T) {
	files := fstest.MapFS{"texts/en/x.toml": {Data: []byte(`a = "1"`)}, "texts/en/y.toml": {Data: []byte(`a = "1"`)}}
	if _, err := readTexts(files); err == nil {
		t.Error("a key given twice is taken")
	}
}

func TestTheIconIsAPictureOf256Pixels(t *testing.T) {
	picture, err := png.Decode(bytes.NewReader(Icon()))
	if err != nil {
		t.Fatal(err)
	}
	if s := picture.Bounds().Size(); s.X != 256 || s.Y != 256 {
		t.Errorf("%v", s)
	}
	if !bytes.Contains(IconSVG(), []byte("<svg")) {
		t.Error("the drawing is no SVG")
	}
}
