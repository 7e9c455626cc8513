// Prints the catalogs of learning rules, and the docs' table of networks, from the table of rules. After a change of src/BioLearn.ML/RuleTable.cs run, in the repository's root:
//     dotnet run --project eng/Catalogs
// A test compares the files with what is printed. A rule that goes must leave the printed files by hand once, or they do not compile.
using BioLearn.Eng;
using BioLearn.ML;

foreach ((string path, string text) in CatalogPrinter.Print(RuleTable.Rows).Select(file => (Path.Combine("src", "BioLearn.ML", "Catalogs", file.File), file.Text))
    .Append((DocsPrinter.Page, DocsPrinter.Print(File.ReadAllText(DocsPrinter.Page), RuleTable.Rows))))
{
    File.WriteAllText(path + ".tmp", text);
    File.Move(path + ".tmp", path, overwrite: true);
    Console.WriteLine(path);
}
