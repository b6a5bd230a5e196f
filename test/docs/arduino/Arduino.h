/* Declarations of what the sketch of docs/clients.md uses of Arduino's core for ESP32: it is compiled against them, and never run. */
#pragma once
#include <cstdint>
#include <ctime>

struct HardwareSerial {
  void begin(unsigned long baud);
  int printf(const char *format, ...) __attribute__((format(printf, 2, 3)));
};
extern HardwareSerial Serial;
void delay(uint32_t ms);
unsigned long millis();
void configTime(long gmtOffset_sec, int daylightOffset_sec, const char *server1);
