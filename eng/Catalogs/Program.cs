// Prints the catalogs of learning rules from the table of rules. After a change of src/BioLearn.ML/RuleTable.cs run, in the repository's root:
//     dotnet run --project eng/Catalogs
// A test compares the files with what is printed. A rule that goes must leave the printed files by hand once, or they do not compile.
using BioLearn.Eng;
using BioLearn.ML;

foreach ((string file, string text) in CatalogPrinter.Print(RuleTable.Rows))
{
    string path = Path.Combine("src", "BioLearn.ML", "Catalogs", file);
    File.WriteAllText(path + ".tmp", text);
    File.Move(path + ".tmp", path, overwrite: true);
    Console.WriteLine(path);
}
