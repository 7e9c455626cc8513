using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace BioLearn.Docs.Tests;

/// <summary>The C# of README and of every page of docs/ compiles without a warning, runs, and prints what the page says.</summary>
public sealed partial class DocsProgramTests
{
    public static TheoryData<string> Programs => [.. DocsProgram.Names];

    public static TheoryData<string> Pages => [.. DocsPage.All];

    [Theory]
    [MemberData(nameof(Programs))]
    public void Program_runs_and_prints_what_its_page_says(string name)
    {
        string printed = DocsProgram.Of(name).Run();
        // Figures are the reader's processor's; everything else is the page's. Programs of Setups check for themselves.
        if (name.EndsWith(".md", StringComparison.Ordinal))
            Assert.Equal(Words(string.Concat(new DocsPage(name).Blocks("text"))), Words(printed));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_a_page_is_part_of_a_program(string page) => Assert.Empty(DocsProgram.Forgotten(page));

    [Theory]
    [MemberData(nameof(Pages))]
    public void Project_files_of_a_page_name_projects_that_exist(string page)
    {
        foreach (string block in new DocsPage(page).Blocks("xml"))
        {
            foreach (XElement reference in XElement.Parse(block).DescendantsAndSelf("ProjectReference"))
            {
                string path = reference.Attribute("Include")!.Value;
                Assert.True(File.Exists(RepositoryFiles.Find(path[path.IndexOf("src/", StringComparison.Ordinal)..])), block);
            }
        }
    }

    private static string Words(string text) => Number().Replace(text.ReplaceLineEndings("\n").Trim(), "#");

    [GeneratedRegex("-?[0-9]+([.][0-9]+)?")]
    private static partial Regex Number();
}
