using System.IO.Compression;
using BioLearn.ML.Data;
using BioLearn.ML.Spiking;
using BioLearn.Onnx.Images;
using BioLearn.Studio.Models;
using BioLearn.Studio.Naming;
using BioLearn.Studio.Pictures;

namespace BioLearn.Studio.Tests.Naming;

/// <summary>Lessons without a browser.</summary>
public sealed class LessonTests : IDisposable
{
    private static readonly string[] Kinds = ["bag", "ankle-boot", "trouser"];

    private readonly CnnShelf _networks = new();
    private readonly NamingRoom _room;

    public LessonTests() => _room = new(new PictureShelf(new StudioOptions()), _networks);

    public void Dispose() => _networks.Dispose();

    [Fact]
    public void Lesson_names_most_others_after_one_example_each_and_sees_what_it_was_not_taught()
    {
        var lesson = Taught(SpikingSenses.Name);
        int right = 0, asked = 0, svm = 0;
        for (int i = 2; i <= 11; i++)
        {
            foreach (string kind in Kinds)
            {
                var answer = lesson.Ask(Clothes($"{kind}-{i}"), 0);
                asked++;
                right += answer.Name == kind ? 1 : 0;
                svm += answer.Svm == kind ? 1 : 0;
            }
        }
        Assert.True(right >= .8 * asked, $"{right} of {asked}");
        Assert.InRange(svm, asked / 3, asked); // better than a guess
        Assert.Null(lesson.Ask(Clothes("sandal-2"), 1).Name);
        Assert.Equal("bag", lesson.Ask(Clothes("bag-1"), .5).Name);
    }

    [Fact]
    public void Further_name_changes_no_bit_of_the_others_and_a_further_example_none_but_its_own_cell()
    {
        var before = Taught(SpikingSenses.Name);
        var after = before.Teach("shoe", Clothes("sneaker-1"));
        var untouched = after.Compare(before)!;
        Assert.Equal((3, 0L), (untouched.Cells, untouched.Changed));
        Assert.True(untouched.Connections > 10_000);
        var again = after.Teach("bag", Clothes("bag-2"));
        Assert.Equal((3, 0L), (again.Compare(after)!.Cells, again.Compare(after)!.Changed));
        // The comparison sees a change where there is one: as if the last example had been of another name.
        var other = before.Without(before.Examples[^1]).Teach("bag", Clothes("bag-2")).Teach("trouser", Clothes("trouser-1"));
        Assert.True(other.Compare(before)!.Changed > 0);
    }

    [Fact]
    public void Lesson_held_anew_is_the_same_and_a_renamed_cell_says_the_same_under_another_word()
    {
        var lesson = Taught(SpikingSenses.Name);
        var asked = lesson.Ask(Clothes("bag-5"), 0);
        var renamed = lesson.Renamed("bag", "handbag").Ask(Clothes("bag-5"), 0);
        Assert.Equal(asked.Potentials, renamed.Potentials);
        Assert.Equal("handbag", renamed.Name);
        Assert.Equal(["ankle-boot", "trouser"], lesson.Without(lesson.Examples[0]).Names.AsEnumerable());
    }

    [Fact]
    public void Blank_picture_is_refused_as_an_example_and_gets_no_name()
    {
        var lesson = Taught(SpikingSenses.Name);
        ShownPicture blank = new("blank.png", "blank", new PixelImage(30, 30), false);
        Assert.Contains("blank.png: nothing in this picture makes the network fire", Assert.Throws<LessonException>(() => lesson.Teach("nothing", blank)).Message, StringComparison.Ordinal);
        Assert.Null(lesson.Ask(blank, 0).Name);
    }

    [Fact]
    public void Pretrained_network_names_recalls_and_is_kept_as_a_program_alone()
    {
        var lesson = Taught("alexnet");
        Assert.Equal("trouser", lesson.Ask(Clothes("trouser-3"), lesson.Senses.UsualFires / 100.0).Name);
        Assert.Null(lesson.Ask(_room.Picture("camera.png")!, lesson.Senses.UsualFires / 100.0).Name);
        var recalled = Assert.Single(lesson.Recall("bag"));
        Assert.True(recalled.Picture.Rgb.Distinct().Count() > 10);
        LessonKit kit = new(lesson, .2);
        Assert.Null(kit.CommandLines);
        Assert.Contains("CnnActivations(\"Features\", \"Image\", \"alexnet\", level: 1)", kit.Program, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawing_is_the_same_wherever_on_the_sheet_it_was_drawn()
    {
        var (large, small) = (Sheet.Cut(Square(20, 200)), Sheet.Cut(Square(100, 160)));
        Assert.Equal(large.Image.Width, large.Image.Height);
        Assert.InRange(large.Image.Width, 180, 225);
        Assert.InRange(small.Image.Width, 60, 80);
        ShownPicture blank = new(Sheet.FileName, "blank", new PixelImage(20, 20, [.. Enumerable.Repeat((byte)255, 1200)]), false);
        Assert.Same(blank, Sheet.Cut(blank));

        static ShownPicture Square(int from, int to)
        {
            PixelImage sheet = new(224, 224);
            sheet.Rgb.AsSpan().Fill(255);
            for (int i = from; i < to; i++)
            {
                foreach (var (x, y) in ((int, int)[])[(i, from), (i, to - 1), (from, i), (to - 1, i)])
                    sheet.Rgb.AsSpan(3 * ((y * 224) + x), 3).Clear();
            }
            return new(Sheet.FileName, $"{from}", sheet, false);
        }
    }

    [Fact]
    public void Kept_lesson_is_held_again_by_the_tool_and_by_the_program_with_the_same_potentials()
    {
        var lesson = Taught(SpikingSenses.Name).Teach("it's <one> \"more\"", Clothes("sneaker-1"));
        LessonKit kit = new(lesson, .2);
        string folder = Directory.CreateTempSubdirectory("lesson").FullName;
        try
        {
            using (MemoryStream archive = new(kit.Archive()))
                ZipFile.ExtractToDirectory(archive, folder);
            // Through a shell, as a person pastes them: quotes are part of what is tried.
            KeptProgram.Shell(File.ReadAllText(Path.Combine(folder, "lesson.sh")).TrimEnd() + " --out names.csv", folder);
            string[] said = KeptProgram.Run(File.ReadAllText(Path.Combine(folder, "Lesson.cs")), folder).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            string[] lines = File.ReadAllLines(Path.Combine(folder, "names.csv"));
            Assert.Equal(5, lines.Length);
            for (int i = 0; i < kit.Files.Count; i++)
            {
                var answer = lesson.Ask(kit.Files[i].Example.Picture, .2);
                Assert.Contains(kit.Files[i].File, lines[i + 1], StringComparison.Ordinal);
                string[] potentials = lines[i + 1].Split(',')[^4..];
                string[] expected = [.. answer.Potentials.Select(potential => $"{potential:0.0}")];
                Assert.Equal(expected, potentials.Select(text => $"{float.Parse(text):0.0}"));
                Assert.Equal($"{kit.Files[i].File}: {answer.Name}, {string.Join(' ', expected)}", said[i].Trim());
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Bundled_network_is_what_its_seed_learns_from_the_bundled_clothes()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "data", "fashion-mnist");
        IdxFile images = IdxFile.Read(Path.Combine(folder, "train-images-idx3-ubyte.gz")), kinds = IdxFile.Read(Path.Combine(folder, "train-labels-idx1-ubyte.gz"));
        var pictures = Enumerable.Range(0, kinds.Values.Length).OrderBy(i => kinds.Values[i]).Select(i => new GrayPicture(28, 28, images.Values.AsMemory(i * images.ItemSize, images.ItemSize)));
        var learned = new SpikingTraining().Train(SpikingNetworkOptions.SmallPictures with { Seed = 1 }, pictures);
        var bundled = SpikingNetwork.Load(Path.Combine(AppContext.BaseDirectory, "models", "clothes-28x28.blsn"));
        foreach (int layer in (int[])[1, 3])
            Assert.Equal(learned.Weights(layer).ToArray(), bundled.Weights(layer).ToArray());
    }

    private Lesson Taught(string senses) => Kinds.Aggregate(Lesson.Before(_room.Senses(senses)), (lesson, kind) => lesson.Teach(kind, Clothes($"{kind}-1")));

    private ShownPicture Clothes(string key) => _room.Picture(key)!;
}
