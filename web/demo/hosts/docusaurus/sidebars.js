export default { notes: ["tag", "component"] };
