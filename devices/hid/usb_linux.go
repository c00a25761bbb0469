package hid

import (
	"context"
	"encoding/binary"
	"sync"
	"time"
)

// Sizes and times of USB transfers.
const (
	inputsUnderWay = 8               // 40 ms of a pad at 200 reports a second, were we never scheduled
	maxQueued      = 4096            // input reports kept for a slow reader; then the newest are lost, as with hidraw
	controlTimeout = 5 * time.Second // as the kernel's HID layer waits
)

// usb is a HID device reached without the kernel's HID layer.
type usb struct {
	*usbfs
	shape usbShape

	queueing sync.Mutex
	queue    [][]byte
	arrived  chan struct{} // at most one value: look at the queue
}

func openUSBDevice(n Node) (Device, error) {
	d := &usb{arrived: make(chan struct{}, 1)}
	node, err := openUSB(n.Path, d.put)
	if err != nil {
		return nil, err
	}
	d.usbfs = node
	if err := d.start(); err != nil {
		node.close()
		return nil, err
	}
	if d.shape.bulk {
		return &usbBulk{usb: d, pipe: &pipe{node: node, out: d.shape.out}}, nil
	}
	return d, nil
}

// start takes the interfaces and begins to read. A bulk interface that cannot
// be had is done without.
func (d *usb) start() error {
	text, err := d.descriptors()
	if err != nil {
		return translate(err)
	}
	shape, ok := parseUSB(text)
	if !ok {
		return ErrRefused
	}
	d.shape = shape
	if err := d.claim(shape.hidInterface); err != nil {
		return err
	}
	if shape.bulk && d.claim(shape.bulkInterface) != nil {
		d.shape.bulk = false
	}
	for range inputsUnderWay {
		if err := d.submit(newURB(urbInterrupt, shape.in, make([]byte, shape.inPacket))); err != nil {
			return err
		}
	}
	return nil
}

func (d *usb) put(report []byte) {
	d.queueing.Lock()
	defer d.queueing.Unlock()
	if len(d.queue) >= maxQueued {
		return
	}
	d.queue = append(d.queue, report)
	select {
	case d.arrived <- struct{}{}:
	default:
	}
}

func (d *usb) take() []byte {
	d.queueing.Lock()
	defer d.queueing.Unlock()
	if len(d.queue) == 0 {
		return nil
	}
	r := d.queue[0]
	d.queue = d.queue[1:]
	if len(d.queue) > 0 { // for a second reader
		select {
		case d.arrived <- struct{}{}:
		default:
		}
	}
	return r
}

// Class requests, HID 1.11 section 7.2.
const (
	getReport     = 0x01
	setReport     = 0x09
	featureReport = 3 << 8
)

func (d *usb) control(direction, request, id byte, data []byte) (int, error) {
	buf := make([]byte, 8+len(data))
	buf[0], buf[1] = direction|0x21, request // class, to an interface
	binary.LittleEndian.PutUint16(buf[2:], featureReport|uint16(id))
	binary.LittleEndian.PutUint16(buf[4:], uint16(d.shape.hidInterface))
	binary.LittleEndian.PutUint16(buf[6:], uint16(len(data)))
	copy(buf[8:], data)
	n, err := d.do(context.Background(), newURB(urbControl, 0, buf), controlTimeout)
	copy(data, buf[8:])
	return min(n, len(data)), err
}

// GetFeature implements Device.
func (d *usb) GetFeature(id byte, size int) ([]byte, error) {
	if size < 1 || size > maxReport {
		return nil, ErrRefused
	}
	buf := make([]byte, size)
	n, err := d.control(0x80, getReport, id, buf)
	if err != nil {
		return nil, err
	}
	return buf[:n], nil
}

// SetFeature implements Device.
func (d *usb) SetFeature(report []byte) error {
	if len(report) < 1 || len(report) > maxReport {
		return ErrRefused
	}
	buf := append([]byte(nil), report...)
	n, err := d.control(0, setReport, report[0], buf)
	if err == nil && n != len(report) {
		return ErrRefused
	}
	return err
}

// ReadInput implements Device.
func (d *usb) ReadInput(ctx context.Context) ([]byte, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		select {
		case <-d.ended:
			return nil, d.why
		default:
		}
		if r := d.take(); r != nil {
			return r, nil
		}
		select {
		case <-ctx.Done():
		case <-d.arrived:
		case <-d.ended:
		}
	}
}

// Close implements Device.
func (d *usb) Close() error { return d.close() }

// usbBulk is a usb with a bulk endpoint, so that BulkWriter tells the two apart.
type usbBulk struct {
	*usb
	pipe *pipe
}

// WriteBulk implements BulkWriter.
func (d *usbBulk) WriteBulk(ctx context.Context, data []byte) error { return d.pipe.write(ctx, data) }
