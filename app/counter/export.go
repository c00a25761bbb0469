package counter

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"counterfoil/app/casework"
	"counterfoil/sync/ledger/bundle"
)

// Bundle returns the evidence bundle of a case as it stands: with a receipt for
// each entry that is on the ledger, and without the content where it was
// destroyed.
func (c *Counter) Bundle(ctx context.Context, id casework.CaseID) ([]byte, error) {
	record, err := c.Journal.Case(ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := c.Journal.Raw(ctx, id)
	if err != nil {
		return nil, err
	}
	// A step that was taken between the two reads waits for the next bundle.
	m := bundle.Material{Entries: entries[:len(record.Steps)]}
	for _, step := range record.Steps {
		proof, err := c.receiptOf(ctx, step)
		if err != nil {
			return nil, err
		}
		m.Receipts = append(m.Receipts, proof)
	}
	// Read behind the receipts: a link is kept before a receipt that needs it.
	if m.Trust, err = c.trustDocument(ctx); err != nil {
		return nil, err
	}
	m.Before = c.options.Identity.before()
	if m.Contents, err = c.contents(ctx, record); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = bundle.Write(&out, c.options.Identity.Device, m)
	return out.Bytes(), err
}

// contents returns the contents of every step, or none at all when the case's
// key is destroyed, also when that happens in between.
func (c *Counter) contents(ctx context.Context, record casework.CaseRecord) ([][]casework.Attachment, error) {
	var all [][]casework.Attachment
	for _, step := range record.Steps {
		list, err := c.Journal.Content(ctx, record.ID, step.Seq)
		if casework.KindOf(err) == casework.ContentForgotten {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, list)
	}
	return all, nil
}

func (c *Counter) receiptOf(ctx context.Context, step casework.StepRecord) ([]byte, error) {
	if step.Send != casework.Committed {
		return nil, nil
	}
	r, _, err := c.Journal.Receipt(ctx, step.Digest)
	return r.Raw, err
}

// Export writes the bundle of a case to the counter's export folder and returns
// the file's name. The name holds the case's random id, nothing about a person.
func (c *Counter) Export(ctx context.Context, id casework.CaseID) (string, error) {
	name, err := c.ExportTo(ctx, id, filepath.Join(c.options.Dir, "export"))
	if err == nil {
		c.options.Log.Info("export", "case", id, "file", name)
	}
	return name, err
}

// ExportTo writes the bundle of a case into dir as CASE.zip.
func (c *Counter) ExportTo(ctx context.Context, id casework.CaseID, dir string) (string, error) {
	raw, err := c.Bundle(ctx, id)
	if err != nil {
		return "", err
	}
	return keepFile(dir, string(id)+".zip", raw)
}

// KeepReport writes the result of the devices page beside the exports and returns
// the file's name, which holds the time and nothing about a person.
func (c *Counter) KeepReport(text string) (string, error) {
	return keepFile(filepath.Join(c.options.Dir, "export"), "devices-"+c.options.Now().Format("20060102-150405")+".txt", []byte(text))
}

// keepFile puts a file into a folder whole or not at all.
func keepFile(dir, file string, raw []byte) (string, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("the export folder: %w", err)
	}
	name := filepath.Join(dir, file)
	f, err := os.CreateTemp(dir, ".export-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return "", err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return "", err
	}
	return name, syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
