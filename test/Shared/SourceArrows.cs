using System.Text.RegularExpressions;

namespace BioLearn.Tests;

/// <summary>One room of the house: a folder of src, and the rooms that its files may use beside their own.</summary>
/// <param name="Folder">Folder below src, such as "BioLearn.ML/Rules"; folders below it belong to it unless they are rooms themselves.</param>
/// <param name="MayUse">Rooms, with all rooms below them. A room may always use itself and what lies below it.</param>
internal sealed record Room(string Folder, params string[] MayUse)
{
    public bool Allows(string other) => ((string[])[Folder, .. MayUse]).Any(room => IsWithin(other, room));

    public static bool IsWithin(string folder, string room) => folder == room || folder.StartsWith(room + "/", StringComparison.Ordinal);
}

/// <summary>
/// Reads the sources below src and says which file uses a room that it may not. A file uses a room by a <c>using</c> line, by a qualified name,
/// or by the bare name of a type of a namespace that encloses its own, which needs no import in C#.
/// </summary>
internal sealed partial class SourceArrows
{
    private readonly IReadOnlyList<Room> _rooms;
    private readonly List<SourceFile> _files = [];
    private readonly HashSet<string> _namespaces;
    private readonly ILookup<string, (string Namespace, string Folder)> _types;

    /// <param name="rooms">The table. Where folders lie in each other the longer one counts.</param>
    /// <param name="sources">Folder src.</param>
    public SourceArrows(IReadOnlyList<Room> rooms, string sources)
    {
        _rooms = rooms;
        foreach (string path in Directory.EnumerateFiles(sources, "*.cs", SearchOption.AllDirectories))
        {
            string relative = Path.GetRelativePath(sources, path).Replace('\\', '/');
            if (!relative.Contains("/obj/", StringComparison.Ordinal) && !relative.Contains("/bin/", StringComparison.Ordinal))
                _files.Add(SourceFile.Parse(relative, File.ReadAllText(path)));
        }
        _namespaces = [.. _files.Select(file => file.Namespace)];
        _types = _files.SelectMany(file => file.Types.Select(type => (type, file.Namespace, file.Folder))).ToLookup(t => t.type, t => (t.Namespace, t.Folder));
    }

    /// <summary>Folder src of the repository that this test was built from.</summary>
    public static string Sources()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "BioLearn.ML.sln")))
                return Path.Combine(folder.FullName, "src");
        }
        throw new DirectoryNotFoundException("BioLearn.ML.sln is not above the test assembly");
    }

    /// <summary>Files that lie in no room.</summary>
    public IEnumerable<string> Homeless() => _files.Where(file => RoomOf(file.Folder) is null).Select(file => $"src/{file.Path} lies in no room of the table");

    /// <summary>A line for each file and each room that it uses and may not.</summary>
    public IEnumerable<string> Broken()
    {
        foreach (SourceFile file in _files)
        {
            if (RoomOf(file.Folder) is not { } room)
                continue;
            foreach (var use in Uses(file).GroupBy(use => RoomOf(use.Folder)?.Folder).Where(use => use.Key is not null && !room.Allows(use.Key)))
                yield return $"src/{file.Path} uses {use.Key} ({string.Join(", ", use.Select(u => u.By).Distinct().Take(4))}); {room.Folder} may use {string.Join(", ", room.MayUse.DefaultIfEmpty("nobody"))}";
        }
    }

    /// <summary>Files of a folder whose code, comments and strings aside, matches a pattern.</summary>
    public IEnumerable<string> Containing(Regex pattern, string folder)
        => _files.Where(file => Room.IsWithin(file.Folder, folder) && pattern.IsMatch(file.Code)).Select(file => $"src/{file.Path}");

    private Room? RoomOf(string folder) => _rooms.Where(room => Room.IsWithin(folder, room.Folder)).MaxBy(room => room.Folder.Length);

    private IEnumerable<(string Folder, string By)> Uses(SourceFile file)
    {
        // Networks.Signal within BioLearn.ML.Rules is BioLearn.ML.Networks.Signal.
        foreach ((string outer, string name) in file.Qualified.SelectMany(name => Enclosing(file.Namespace).Select(outer => (outer, outer + name))))
        {
            // BioLearn.ML.Naming.Svm.RbfKernel: the longest part that is a namespace, then perhaps a type of it.
            string space = name;
            while (!_namespaces.Contains(space) && space.Contains('.'))
                space = space[..space.LastIndexOf('.')];
            if (space.Length < outer.Length)
                continue; // nothing of the name itself is a namespace
            string type = name.Length > space.Length ? name[(space.Length + 1)..].Split('.')[0] : "";
            bool isType = false;
            foreach ((string home, string folder) in _types[type].Where(t => t.Namespace == space))
            {
                isType = true;
                yield return (folder, name);
            }
            if (!isType && _namespaces.Contains(space))
                yield return (FolderOf(space), name);
        }
        foreach (string word in file.Words)
        {
            foreach ((string home, string folder) in _types[word])
            {
                if (file.Namespace.StartsWith(home + ".", StringComparison.Ordinal))
                    yield return (folder, word);
            }
        }
    }

    private static IEnumerable<string> Enclosing(string space)
    {
        yield return "";
        for (string outer = space; outer.Length > 0; outer = outer.Contains('.') ? outer[..outer.LastIndexOf('.')] : "")
            yield return outer + ".";
    }

    private static string FolderOf(string name)
    {
        string[] parts = name.Split('.');
        int project = parts[0] == "BioLearn" ? 2 : 1; // src/BioLearn.ML/Rules holds BioLearn.ML.Rules
        return string.Join('/', [string.Join('.', parts.Take(project)), .. parts.Skip(project)]);
    }

    private sealed partial record SourceFile(string Path, string Folder, string Namespace, string Code, IReadOnlyList<string> Types, IReadOnlySet<string> Words, IReadOnlyList<string> Qualified)
    {
        public static SourceFile Parse(string path, string text)
        {
            string code = Ignored().Replace(text, " ");
            string space = NamespaceLine().Match(code) is { Success: true } match ? match.Groups[1].Value : "";
            // Members of types are indented: what stands at the margin, or one step in for block namespaces, is declared by the file.
            string[] types = [.. Declaration().Matches(code).Select(m => m.Groups[1].Value)];
            return new(
                path,
                path[..path.LastIndexOf('/')],
                space,
                code,
                types,
                Word().Matches(NamespaceLine().Replace(code, "")).Select(m => m.Value).ToHashSet(),
                [.. QualifiedName().Matches(NamespaceLine().Replace(code, "")).Select(m => m.Value).Distinct()]);
        }

        [GeneratedRegex(@"//[^\n]*|/\*.*?\*/|""""""[\s\S]*?""""""|@?""(?:[^""\\\n]|\\.)*""", RegexOptions.Singleline)]
        private static partial Regex Ignored();

        [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
        private static partial Regex NamespaceLine();

        [GeneratedRegex(@"^(?:public |internal |file |static |abstract |sealed |partial |readonly |ref |unsafe )*(?:class|record struct|record class|record|interface|enum|struct|delegate [\w<>\[\]?., ]+?) (\w+)", RegexOptions.Multiline)]
        private static partial Regex Declaration();

        [GeneratedRegex(@"(?<![\w.])[A-Z]\w*")]
        private static partial Regex Word();

        [GeneratedRegex(@"(?<![\w.])[A-Z]\w*(?:\.[A-Z]\w*)+")]
        private static partial Regex QualifiedName();
    }
}
