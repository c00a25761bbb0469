package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"counterfoil/app/casework"
	"counterfoil/app/ink"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
)

// inCase returns the files of the one case that was opened into dir, by name.
func inCase(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(name)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s can be read by others: %v", name, err)
		}
		files[filepath.Base(name)] = b
	}
	return files
}

func TestWhatABundleContainsIsWrittenForWhoeverAsks(t *testing.T) {
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "opened")
	code, out, errs := verified("-open", dir, kept)
	if code != 0 || errs != "" || !strings.Contains(out, "files in "+dir) {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	files := inCase(t, dir)
	for _, list := range m.Contents {
		for _, a := range list {
			found := false
			for name, b := range files {
				found = found || strings.Contains(name, a.Name) && bytes.Equal(b, a.Content)
			}
			if !found {
				t.Errorf("%s is not there as it was committed to; there are %d files", a.Name, len(files))
			}
		}
	}
	if code, _, errs := verified("-open", dir, kept); code != 2 || !strings.Contains(errs, "can't be written") {
		t.Errorf("a second time it is mixed with the first: %d %s", code, errs)
	}
}

func TestABundleThatDoesNotHoldIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	bad := remade(t, func(m *bundle.Material) { m.Contents[4] = nil })
	if code, _, _ := verified("-open", dir, bad); code != 1 {
		t.Errorf("it exits with %d", code)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("it wrote %v", left)
	}
}

func TestOfADestroyedContentThereIsNothingToOpen(t *testing.T) {
	dir := t.TempDir()
	code, out, _ := verified("-open", dir, remade(t, func(m *bundle.Material) { m.Contents = nil }))
	if code != 0 || !strings.Contains(out, "nothing to open") {
		t.Errorf("%d\n%s", code, out)
	}
}

func TestADaysBundlesAreOpenedEachInItsOwnFolder(t *testing.T) {
	from, dir := t.TempDir(), t.TempDir()
	raw, err := os.ReadFile(kept)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(from, "a.zip"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, _, errs := verified("-open", dir, from); code != 0 || len(inCase(t, dir)) == 0 {
		t.Errorf("%d %s", code, errs)
	}
	if code, _, errs := verified("-open", dir, from); code != 2 || !strings.Contains(errs, "the contents of 1 bundles") {
		t.Errorf("a second time: %d %s", code, errs)
	}
}

// TestTheSignatureIsAlsoAPictureAndAnExchangeRecord takes an ink as a desk keeps it.
func TestTheSignatureIsAlsoAPictureAndAnExchangeRecord(t *testing.T) {
	k := casework.Ink{Pad: casework.PadIdentity{Model: "STU-540", MaxX: 10800, MaxY: 6480, MaxP: 1023, Width: 800, Height: 480}, Started: time.Unix(1_790_000_000, 0).UTC()}
	for i := range 40 {
		k.Samples = append(k.Samples, casework.PenSample{X: 1000 + 100*i, Y: 3000 + 40*(i%7), Pressure: 500, Near: true, Down: i%20 < 15, Time: time.Duration(5*i) * time.Millisecond, Seq: i})
	}
	open := func(k casework.Ink) map[string][]byte {
		content, err := protocol.EncodeInk(k)
		if err != nil {
			t.Fatal(err)
		}
		files, err := contents(bundle.Material{Contents: [][]casework.Attachment{nil, {{Name: "ink", Media: "application/cbor", Content: content}}}})
		if err != nil {
			t.Fatal(err)
		}
		by := map[string][]byte{}
		for _, f := range files {
			by[f.name] = f.content
		}
		return by
	}
	files := open(k)
	got, err := png.Decode(bytes.NewReader(files["002-signature.png"]))
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := got.(*image.RGBA); !ok || !bytes.Equal(got.Pix, ink.Render(k, signature).Pix) {
		t.Error("the picture is not the one that every other place shows")
	}
	series, err := ink.DecodeISO(files["002-signature.sdi"])
	if err != nil {
		t.Fatal(err)
	}
	want, err := ink.SeriesOf(k)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(series.Points, want.Points) {
		t.Error("the record has other samples")
	}
	k.Lost = 1
	if files := open(k); files["002-signature.sdi"] != nil || files["002-signature.png"] == nil {
		t.Error("an ink with lost reports has an exchange record, or no picture")
	}
}

func TestAContentIsNamedLikeAFileOrNotWritten(t *testing.T) {
	for _, name := range []string{"../ink", "a/b", "a.b", "A", `a\b`, "字"} {
		_, err := contents(bundle.Material{Contents: [][]casework.Attachment{{{Name: name, Media: "image/png"}}}})
		if casework.KindOf(err) != casework.Malformed {
			t.Errorf("%q: %v", name, err)
		}
	}
}
