package catalogue

import (
	"bytes"
	"io"
	"os"

	"counterfoil/app/casework"
	"counterfoil/app/sheet"
	"counterfoil/assets"
)

// Catalogue is a loaded catalogue. It may be used from any goroutine; the
// slices it hands out must not be written to.
type Catalogue struct {
	halls  []Hall
	kinds  []casework.KindInfo
	items  []casework.ServiceItem
	byHall map[casework.HallID]int
	byKind map[casework.LicenceKind]int
	byCode map[casework.ItemCode]int
	index  []entry // of items, in the same order
}

// Hall is a service hall (政务服务中心).
type Hall struct {
	ID     casework.HallID
	Name   string
	NameEN string
}

// Problem is one problem of a catalogue file.
type Problem = sheet.Problem

// Load reads a catalogue. name is the file's name, for the report. A file with
// any problem is refused whole: the error is a *sheet.Invalid with every problem
// and its line, and a casework.Refusal of kind CatalogueInvalid.
func Load(r io.Reader, name string) (*Catalogue, error) {
	report := &sheet.Report{}
	c := read(sheet.Read(r, report), report)
	if err := report.Refusal(casework.CatalogueInvalid, name); err != nil {
		return nil, err
	}
	c.index = indexOf(c.items)
	return c, nil
}

// LoadFile reads the catalogue in the file at path. Errors are as of Load.
func LoadFile(path string) (*Catalogue, error) {
	f, err := os.Open(path)
	if err != nil {
		return Load(unreadable{err}, path)
	}
	defer f.Close()
	return Load(f, path)
}

// unreadable reports a file that cannot be opened like one that cannot be read.
type unreadable struct{ err error }

func (u unreadable) Read([]byte) (int, error) { return 0, u.err }

// Sample returns the sample catalogue that comes with the program.
func Sample() (*Catalogue, error) {
	return Load(bytes.NewReader(assets.SampleCatalogue()), "sample.toml")
}

// Item returns the item of that code, or false.
func (c *Catalogue) Item(code casework.ItemCode) (casework.ServiceItem, bool) {
	i, ok := c.byCode[code]
	if !ok {
		return casework.ServiceItem{}, false
	}
	return c.items[i], true
}

// Kind returns the kind of licence of that name, or false.
func (c *Catalogue) Kind(kind casework.LicenceKind) (casework.KindInfo, bool) {
	i, ok := c.byKind[kind]
	if !ok {
		return casework.KindInfo{}, false
	}
	return c.kinds[i], true
}

// Hall returns the hall of that id, or false.
func (c *Catalogue) Hall(id casework.HallID) (Hall, bool) {
	i, ok := c.byHall[id]
	if !ok {
		return Hall{}, false
	}
	return c.halls[i], true
}

// Items returns every item in the file's order.
func (c *Catalogue) Items() []casework.ServiceItem { return c.items }

// Kinds returns every kind of licence in the file's order.
func (c *Catalogue) Kinds() []casework.KindInfo { return c.kinds }

// Halls returns every hall in the file's order.
func (c *Catalogue) Halls() []Hall { return c.halls }

// Number returns the short number of an item, from 1 in the file's order: what
// is typed on a numeric keypad. It is 0 for an unknown code.
func (c *Catalogue) Number(code casework.ItemCode) int {
	i, ok := c.byCode[code]
	if !ok {
		return 0
	}
	return i + 1
}
