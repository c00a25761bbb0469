package main

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"os"
	"strings"

	"counterfoil/app/casework"
	"counterfoil/app/ink"
	"counterfoil/app/protocol"
	"counterfoil/sync/ledger/bundle"
)

// signature is how large the picture of a signature is, in pixels.
var signature = image.Point{X: 1800, Y: 720}

// opener writes out what bundles that hold contain. The zero value writes nothing.
type opener struct{ dir string }

// write puts the contents of a bundle into a folder of the opener's that is named
// by the case: each as it was committed to, NNN-NAME with its media type's ending,
// and for the ink a picture of it and the record of ISO/IEC 19794-7 beside it. What
// is there already is left alone and ends it: two bundles of one case are not to be
// mixed. Folder and files can be read by their owner alone.
func (o opener) write(raw []byte, id casework.CaseID, out io.Writer) error {
	if o.dir == "" {
		return nil
	}
	m, _, err := bundle.Read(raw)
	if err != nil {
		return err
	}
	files, err := contents(m)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		fmt.Fprintf(out, "  nothing to open: the content of case %s was destroyed\n", id)
		return nil
	}
	if err := os.MkdirAll(o.dir, 0o700); err != nil {
		return err
	}
	root, err := os.OpenRoot(o.dir)
	if err != nil {
		return err
	}
	defer root.Close()
	if err := root.Mkdir(string(id), 0o700); err != nil {
		return err
	}
	for _, f := range files {
		if err := put(root, string(id)+"/"+f.name, f.content); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "  %d files in %s\n", len(files), root.Name()+"/"+string(id))
	return nil
}

type opened struct {
	name    string
	content []byte
}

// contents names what a bundle contains, and adds what can be made of the ink.
func contents(m bundle.Material) ([]opened, error) {
	var files []opened
	for i, list := range m.Contents {
		for _, a := range list {
			if strings.Trim(a.Name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				return nil, casework.Refuse(casework.Malformed, "a content whose name is none for a file")
			}
			files = append(files, opened{fmt.Sprintf("%03d-%s%s", i+1, a.Name, ending(a.Media)), a.Content})
			if a.Name != "ink" {
				continue
			}
			for _, f := range signed(a.Content) {
				files = append(files, opened{fmt.Sprintf("%03d-%s", i+1, f.name), f.content})
			}
		}
	}
	return files, nil
}

// signed draws an ink and writes its exchange record. A record of another version
// can't be drawn; an ink of which reports are missing has no exchange record, and
// one that is too long for it neither: the file of the ink itself is there anyway.
func signed(content []byte) []opened {
	k, err := protocol.DecodeInk(content)
	if err != nil {
		return nil
	}
	var made []opened
	var picture bytes.Buffer
	if err := png.Encode(&picture, ink.Render(k, signature)); err == nil {
		made = append(made, opened{"signature.png", picture.Bytes()})
	}
	series, err := ink.SeriesOf(k)
	if err != nil {
		return made
	}
	if record, err := ink.EncodeISO(series); err == nil {
		made = append(made, opened{"signature.sdi", record})
	}
	return made
}

func ending(media string) string {
	switch media {
	case "application/cbor":
		return ".cbor"
	case "application/json":
		return ".json"
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	}
	return ".bin"
}

// put writes a file that is not there yet.
func put(root *os.Root, name string, content []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}
