# SPDX-License-Identifier: MIT
# The LED's language as a picture, by the functions that light the LED.

$(BUILD)/led_picture: $(BUILD)/examples/led_picture.o $(BUILD)/libpgtask.a
	$(CC) $(LDFLAGS_ALL) -o $@ $^

.PHONY: led-picture
led-picture: $(BUILD)/led_picture ## draw what the LED says (examples/led.svg)
	$(BUILD)/led_picture >examples/led.svg

test: $(BUILD)/led_picture # whose output is held against examples/led.svg
