// Links and buttons that go to a part of the page. They leave the address alone: it tells what is seen.
export function jump(id: string): (e: Event) => void {
  return (e) => {
    e.preventDefault();
    const target = document.getElementById(id);
    target?.scrollIntoView({ block: "start" });
    target?.focus({ preventScroll: true });
  };
}
